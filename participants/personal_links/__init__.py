"""A person's own links, without a password: the tokens, their pages, and the question for the birth date.

A link stands for one person and one purpose; its table belongs to the room that owns the purpose. What shows or
changes personal data stands behind `birth_date_gate`, which counts wrong tries and then sets a cookie for that link
alone.
"""
