"""What there is to read about an operation, all of it from its declaration and from what the engine says of it."""
