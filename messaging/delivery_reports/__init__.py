"""What providers report back, by webhook or when asked."""
