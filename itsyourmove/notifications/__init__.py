"""The message kinds that belong to no room below: signing in, and what accounts tells."""
