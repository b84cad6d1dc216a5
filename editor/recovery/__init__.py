"""What is edited and not saved yet is kept in a journal, and offered again after a crash."""
