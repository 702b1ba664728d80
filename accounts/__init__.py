"""Who signs in, for which organisation they work, and what they may do.

Owns users, organisations of every kind, memberships, requests to join, and the one table of roles (`roles`). Rooms
above ask its querysets (`for_user`) and roles; how its mails leave is registered from above (`notify`).
"""
