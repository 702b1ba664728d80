"""A made-up cohort lived through ten weeks with the real services: for training, tests and the demonstration."""
