"""Organisations of every kind: the import of ODS codes, opening, and closing for a time."""
