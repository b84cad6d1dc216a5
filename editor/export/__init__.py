"""Pictures of a whole graph as files: PNG with the graph inside, SVG, PDF."""
