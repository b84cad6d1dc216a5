"""Translators get every text that a person sees, those of the engine's declarations too."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from editor.panels.words import description_of
from editor.translation import install_translator
from editor.translation_source import collect
from engine.graph import Category, declarations, get_declaration


@pytest.fixture
def collected(tmp_path: Path) -> Path:
    path = tmp_path / "chainrule_eo.ts"
    collect(path)
    return path


@pytest.fixture
def esperanto(qapp: QApplication, collected: Path) -> Iterator[Path]:
    """The locale, with one sentence translated."""
    before = QLocale()
    text = collected.read_text(encoding="utf-8")
    head, source, rest = text.partition("<source>Squeezes each number between 0 and 1.</source>")
    assert source
    rest = rest.replace(' type="unfinished"></', ">Premas ĉiun nombron inter 0 kaj 1.</", 1)
    collected.write_text(head + source + rest, encoding="utf-8")
    lrelease = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([lrelease, collected], check=True, capture_output=True)
    installed = install_translator(qapp, "eo", collected.parent)
    yield collected
    for translator in installed:
        qapp.removeTranslator(translator)
    QLocale.setDefault(before)


def texts_in(path: Path) -> set[tuple[str, str]]:
    contexts = ElementTree.parse(path).getroot().findall("context")
    return {(c.findtext("name", ""), m.findtext("source", "")) for c in contexts for m in c.findall("message")}


def test_all_that_is_declared_and_shown_is_collected(collected: Path) -> None:
    texts = texts_in(collected)
    assert {("Category", category.value) for category in Category} <= texts
    for declaration in declarations():
        assert ("Operation", declaration.description) in texts
        for attribute in declaration.attributes:
            assert ("Attribute", attribute.description) in texts
    assert ("Attribute", "Learning rate") in texts


def test_the_editors_own_texts_are_collected_with_them(collected: Path) -> None:
    assert ("Commands", "Delete {name}") in texts_in(collected)


def test_collecting_again_keeps_what_is_translated(esperanto: Path) -> None:
    collect(esperanto)
    text = esperanto.read_text(encoding="utf-8")
    assert text.count("Premas ĉiun nombron") == 1
    assert "<source>Squeezes each number between 0 and 1.</source>" in text


def test_a_translated_declaration_is_shown(esperanto: Path) -> None:
    sigmoid = get_declaration("Sigmoid")
    assert sigmoid is not None
    assert description_of(sigmoid) == "Premas ĉiun nombron inter 0 kaj 1."
