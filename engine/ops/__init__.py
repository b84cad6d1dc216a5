"""What each operation does: one declaration per operation, one file per family, listed in :mod:`.families`."""
