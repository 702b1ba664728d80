"""When which message about a session falls due, and keeping the outbox in step with it."""
