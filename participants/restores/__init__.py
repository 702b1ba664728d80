"""After a backup is restored: which links end, who is called before anything else, and who confirmed the list."""
