"""The QPalette of a theme: what widgets that no style sheet reaches are painted with."""

from PySide6.QtGui import QColor, QPalette

from editor.theme.tokens import Theme


def palette(theme: Theme) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colors: dict[QPalette.ColorRole, QColor] = {
        role.Window: theme.surface,
        role.WindowText: theme.text,
        role.Base: theme.field,
        role.AlternateBase: theme.hover,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.raised,
        role.Midlight: theme.hover,
        role.Mid: theme.line,
        role.Dark: theme.outline,
        role.Shadow: theme.shadow,
    }
    result = QPalette()
    for color_role, color in colors.items():
        result.setColor(color_role, color)
    for color_role in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(group.Disabled, color_role, theme.disabled)
    result.setColor(group.Disabled, role.Base, theme.canvas)
    return result
