"""Chooses the channel for a message, and when to send a letter instead.

What a person needs or has chosen comes first, then the order that officers gave the kind in a programme.
"""
