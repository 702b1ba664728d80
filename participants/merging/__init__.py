"""Two records of one person: finding them, comparing them, and merging them.

Both histories stay (adr/0012). A room that holds rows about a person registers a `MergePart` that says what becomes of
them; `own_parts` is this room's.
"""
