"""Messages that officers give by telephone.

Who has no address that serves them has the same row, key and states as anybody else; an officer settles it with
what was said.
"""
