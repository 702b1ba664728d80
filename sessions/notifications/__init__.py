"""The message kinds of sessions: their wording, when they are still due, samples.

Stands above the packages whose facts it words, because one kind joins several of them.
"""
