"""The page that the program begins with: examples, recent files, and the two ways to a document."""
