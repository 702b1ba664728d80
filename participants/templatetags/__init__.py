"""Template tags that show a person's needs and the way to their readiness."""
