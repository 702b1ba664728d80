"""Made-up people: a demonstration, and many of them for measuring.

They are marked as made up, so no email or text ever leaves for them.
"""
