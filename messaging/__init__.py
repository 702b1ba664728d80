"""Every message that the service promises: its words, its way, its sending, and what became of it.

The row is the truth and Redis only a bell (adr/0002). A room above describes its kinds of message and promises them
with `outbox.queue`, in the transaction that writes the fact; everything after the commit happens here.
"""
