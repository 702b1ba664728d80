"""Officers change when the messages about a session are sent.

A change takes the rows that have not gone with it, in the same transaction; nothing is saved before its effect has
been looked at.
"""
