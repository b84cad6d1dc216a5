"""Opening and saving, recent files, what is dropped on the window, and what happens to a file on disk."""
