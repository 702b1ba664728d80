"""Officers change when the messages about a session are sent."""
