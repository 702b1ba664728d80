"""Notes to and from the practice, and better contact details from it.

What a practice answers is a note and a difference for an officer to settle; nothing is written over.
"""
