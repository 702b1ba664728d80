"""The message kinds of sessions: their wording, when they are still due, samples."""
