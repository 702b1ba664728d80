"""People stop and start messages that they can do without."""
