"""What went wrong first in a run: where a NaN or an infinity, a dead or an exploding gradient began."""
