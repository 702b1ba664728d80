"""After a backup is restored: is this the database that sent the messages, and which may have gone already.

Until `manage.py restored` has run, `database_identity.may_send` says no. What was due in the gap is held for
officers (adr/0024).
"""
