"""By which channel a message goes, and the post that stands in where nothing else reaches somebody.

What a person needs or has chosen comes first, then the order that officers gave the kind in a programme.
"""
