"""The editor in the person's language.

Strings go through self.tr() or QCoreApplication.translate(); ``resources/translations/README.md`` says how they are
collected and translated.
"""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

TRANSLATION_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "translations"


def languages(folder: Path = TRANSLATION_FOLDER) -> list[str]:
    """The locale names of the languages there are: that of the source, and those with a file."""
    return ["en", *sorted(path.stem.removeprefix("chainrule_") for path in folder.glob("chainrule_*.qm"))]


def install_translator(
    app: QCoreApplication, locale: QLocale | str | None = None, folder: Path = TRANSLATION_FOLDER
) -> list[QTranslator]:
    """Installs Qt's own and the editor's strings for `locale` (default: the system's), where there are any.

    Returns the translators that were installed, the editor's last, so that it wins. "de_AT" falls back
    to "de"; a language without a file leaves the strings as they are in the source. Call it before the first
    window is made.
    """
    wanted = QLocale.system() if locale is None else QLocale(locale)
    QLocale.setDefault(wanted)
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    installed = []
    for prefix, directory in (("qtbase", qt_folder), ("chainrule", str(folder))):
        translator = QTranslator(app)
        if translator.load(wanted, prefix, "_", directory) and app.installTranslator(translator):
            installed.append(translator)
    return installed
