"""The operations that change a variable."""

#: Each takes the variable as its first input and the value as its second.
WRITES = frozenset({"Assign", "AssignAdd", "AssignSub"})
