"""What is dragged from the palette to the canvas."""

#: The key of a palette entry as UTF-8; that of an operation is its type.
PALETTE_MIME_TYPE = "application/x-chainrule-palette-entry"
