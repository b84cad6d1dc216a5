"""Bytes that other programs read: protocol buffers, checksums, record files, pictures and sound. Stands on nothing."""
