"""The graph as a tree: scopes, the nodes in them, and their wires."""
