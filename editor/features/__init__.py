"""Features of the window: each brings its panels and actions, and knows no other."""
