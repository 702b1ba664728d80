"""After a backup is restored: is this the database that sent the messages, and which may have gone already."""
