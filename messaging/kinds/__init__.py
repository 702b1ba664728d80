"""What a kind of message is, the registry that rooms above add theirs to, and the placeholders of wordings."""
