"""A programme, what each of its ten sessions contains, and cloning it for the next year.

The starting words of a session stand until somebody confirms others.
"""
