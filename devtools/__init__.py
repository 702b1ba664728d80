"""For development, tests and demonstrations only: no room imports it, and production runs without it."""
