"""Django's log-in sessions: where they are kept, and ending them everywhere."""
