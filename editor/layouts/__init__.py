"""Where nodes, blocks, frames and notes stand: automatic layout, alignment, room for what unfolds."""
