"""The table of families says which module declares which operations: all of them, each where it is, in order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from engine.graph import declarations, get_declaration
from engine.ops.families import FAMILIES

ROOT = Path(__file__).parents[2]
#: Imports the families in the table's order, then the rest of the package, and notes what each import declared.
NOTE_WHAT_EACH_MODULE_DECLARES = """
import importlib, json, pkgutil
import engine.ops
from engine.graph.declaration import _DECLARATIONS
from engine.ops.families import FAMILIES

declared = {}
for module in dict.fromkeys([*FAMILIES, *(found.name for found in pkgutil.iter_modules(engine.ops.__path__))]):
    before = len(_DECLARATIONS)
    importlib.import_module(f"engine.ops.{module}")
    declared[module] = list(_DECLARATIONS)[before:]
print(json.dumps(declared))
"""


def test_every_module_declares_what_the_table_says_of_it_and_no_other_module_declares_anything():
    command = [sys.executable, "-c", NOTE_WHAT_EACH_MODULE_DECLARES]
    declared = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert {module: types for module, types in declared.items() if types} == {
        family: list(types) for family, types in FAMILIES.items()
    }


def test_all_declarations_come_in_the_tables_order():
    listed = [op_type for types in FAMILIES.values() for op_type in types]
    assert [declaration.type for declaration in declarations()][: len(listed)] == listed


def test_a_type_that_no_family_has_is_not_there():
    assert get_declaration("Relu6000") is None
