"""Letters that officers print and post, and the codes in them."""
