"""Collects every text that a translator has to translate.

    python -m editor.translation_source ko

makes or updates ``resources/translations/chainrule_ko.ts``. pyside6-lupdate finds the texts in the editor's source;
those that the engine's declarations hold (what an operation does, what an attribute is) it cannot see, so they are
written into a file for it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from editor.panels.words import english_label
from editor.translation import TRANSLATION_FOLDER
from engine.compiler.schedule import PHASES
from engine.compiler.stage import StageName
from engine.graph import Category, declarations

_EDITOR = Path(__file__).resolve().parent


def declared_texts() -> list[tuple[str, str]]:
    """Context and text of all that the engine declares and the editor shows, without repeats."""
    texts = [("Category", category.value) for category in Category]
    texts += [("Stage", name.value) for name in StageName]
    texts += [("Phase", phase) for phase in PHASES]
    for declaration in declarations():
        texts.append(("Operation", declaration.description))
        for attribute in declaration.attributes:
            texts.append(("Attribute", english_label(attribute)))
            texts.append(("Attribute", attribute.description))
    return list(dict.fromkeys(texts))


def collect(path: Path) -> None:
    """Makes or updates a ``.ts`` file. Raises OSError or CalledProcessError when pyside6-lupdate cannot do it."""
    with tempfile.TemporaryDirectory() as folder:
        declared = Path(folder) / "declared_texts.py"
        lines = [f"QT_TRANSLATE_NOOP({context!r}, {text!r})" for context, text in declared_texts()]
        declared.write_text("\n".join(lines) + "\n", encoding="utf-8")
        sources = [*sorted(_EDITOR.rglob("*.py")), declared]
        lupdate = Path(sys.executable).with_name("pyside6-lupdate")
        # Line numbers would change with every edit of the source, and hide what really changed.
        subprocess.run([lupdate, "-locations", "none", *sources, "-ts", path], check=True)


def main(arguments: Sequence[str]) -> int:
    """Collects for each locale that is named, such as ``ko`` or ``de_AT``."""
    for locale in arguments:
        collect(TRANSLATION_FOLDER / f"chainrule_{locale}.ts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
