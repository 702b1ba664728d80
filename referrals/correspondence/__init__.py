"""Notes to and from the practice, and better contact details from it."""
