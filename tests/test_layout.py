"""Imports point one way, as the README's section on the layout says."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: Each part of the project and the parts it may import besides itself.
ALLOWED = {
    "engine.encoding": set(),
    "engine.graph": {"engine.encoding"},
    "engine.ops": {"engine.graph", "engine.encoding"},
    "engine.compiler": {"engine.graph", "engine.ops"},
    "engine.runtime": {"engine.graph", "engine.ops", "engine.compiler"},
    "engine.blocks": {"engine.graph", "engine.ops"},
    "engine.model": {"engine.graph", "engine.blocks"},
    "engine.formats": {"engine.graph", "engine.ops", "engine.blocks", "engine.model", "engine.encoding"},
    "engine.diff": {"engine.graph", "engine.model"},
    "engine.repairs": {"engine.graph"},
    "engine.training": {"engine.graph", "engine.ops", "engine.compiler", "engine.runtime", "engine.model"},
    "engine.debugger": {
        "engine.graph",
        "engine.ops",
        "engine.compiler",
        "engine.runtime",
        "engine.training",
        "engine.model",
    },
    "engine.tensorflow1": {
        "engine.graph",
        "engine.ops",
        "engine.compiler",
        "engine.runtime",
        "engine.model",
        "engine.formats",
        "engine.encoding",
    },
    "editor.canvas": {"editor.panels"},
    "editor.panels": {"editor.canvas"},
}


def imports_of(path: Path) -> set[str]:
    """The modules a file imports, as absolute dotted names."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.add(module)
            found.update(f"{module}.{alias.name}" for alias in node.names)
    return found


def files_of(part: str) -> list[Path]:
    place = ROOT / Path(*part.split("."))
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


@pytest.mark.parametrize("part", [part for part in ALLOWED if part.startswith("engine")])
def test_the_engines_parts_import_only_what_they_may(part):
    for path in files_of(part):
        for module in imports_of(path):
            if not module.startswith("engine."):
                continue
            owner = ".".join(module.split(".")[:2])
            assert owner == part or owner in ALLOWED[part], f"{path.relative_to(ROOT)} imports {module}"


def test_the_engine_knows_no_screen():
    for path in files_of("engine"):
        for module in imports_of(path):
            assert not module.startswith(("PySide6", "pyqtgraph", "editor", "superqt")), f"{path} imports {module}"


@pytest.mark.parametrize("part", ["editor.canvas", "editor.panels"])
def test_canvas_and_panels_do_not_know_each_other(part):
    (other,) = ALLOWED[part]
    for path in files_of(part):
        assert not any(module.startswith(other) for module in imports_of(path)), f"{path} imports {other}"


def test_the_worker_process_loads_no_qt():
    for path in (ROOT / "editor" / "run" / "worker.py", ROOT / "editor" / "run" / "ring.py"):
        assert not any(module.startswith("PySide6") for module in imports_of(path))
