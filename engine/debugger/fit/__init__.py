"""What a model answers over its inputs, beside its data."""
