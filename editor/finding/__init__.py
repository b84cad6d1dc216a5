"""Finding nodes by what is typed: words of their names and operations, dtypes, shapes, attributes, states."""
