"""What can be added to a graph: the entries of the palette, which of them a wire fits, and which a person likes."""
