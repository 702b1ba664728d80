"""Messages that officers write to one person or to a group.

Rooms register the groups that can be written to (`audiences`). One text becomes one message each, through the same
outbox.
"""
