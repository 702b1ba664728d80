"""This clone's own PostgreSQL and Redis: starting, keeping and stopping them, and `make run`."""
