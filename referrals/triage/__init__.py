"""Officers accept, try to reach, decline and close."""
