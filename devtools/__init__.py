"""For development, tests and demonstrations only: no room imports it, and production runs without it.

Set-up, `make run`, the lock of the packages, the audit, made-up people, and the picture in `docs/packages.md`.
"""
