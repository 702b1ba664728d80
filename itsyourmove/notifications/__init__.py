"""The message kinds that belong to no room below: signing in, and what accounts tells.

`accounts` does not know the outbox; `registry` hands it the way to promise a mail.
"""
