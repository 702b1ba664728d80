"""By which channel and to which address a message goes.

What a person needs or has chosen comes first, then the order that officers gave the kind in a programme. The
address is read at the moment of sending.
"""
