"""The tensors of a step: figures, excerpts, pictures and series of them."""
