"""Messages that officers give by phone."""
