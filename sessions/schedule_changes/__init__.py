"""Moving and cancelling sessions: the preview, doing it, and who is told."""
