"""Everything that the window can be told to do, in one list: for the command palette and for keys."""
