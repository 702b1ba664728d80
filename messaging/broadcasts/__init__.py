"""Messages that officers write to many people at once."""
