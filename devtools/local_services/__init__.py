"""This clone's own PostgreSQL and Redis: starting, keeping and stopping them, and `make run`.

One supervisor serves every process of the clone and stops when the last one ends, however it ends (adr/0003).
`manager`, `supervisor`, `binaries` and `locks` stand on Python alone.
"""
