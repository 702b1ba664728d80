"""Made-up people: a demonstration, a rehearsal of the whole programme, and many of them for measuring."""
