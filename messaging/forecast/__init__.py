"""What will be sent, to whom and when, before it is written."""
