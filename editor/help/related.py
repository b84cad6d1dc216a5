"""Which operations one may have meant, or needs beside an operation."""

from __future__ import annotations

import re

from editor.adding.operations import operation_entries
from editor.adding.synonyms import SYNONYMS
from editor.help.gradient_rule import gradient_rules
from engine.graph import OpDeclaration

_MOST = 8
_TYPE = re.compile(r"[A-Z]\w+")


def related(declaration: OpDeclaration) -> list[str]:
    """Types of operations: those of the same other name, those its gradient is made of, then its neighbours."""
    entries = operation_entries()
    known = {entry.key for entry in entries}
    own = set(SYNONYMS.get(declaration.type, ()))
    same_name = [op_type for op_type, names in SYNONYMS.items() if own & set(names)]
    rules = [rule for rule in gradient_rules(declaration.type).values() if rule]
    in_rule = [op_type for rule in rules for op_type in _TYPE.findall(rule)]
    family = [entry.key for entry in entries if entry.declaration.category is declaration.category]
    place = family.index(declaration.type) if declaration.type in family else 0
    neighbours = sorted(family, key=lambda op_type: abs(family.index(op_type) - place))
    found = dict.fromkeys((*same_name, *in_rule, *neighbours))
    return [op_type for op_type in found if op_type in known and op_type != declaration.type][:_MOST]
