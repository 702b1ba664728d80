"""What helps a person to communicate and take part (the Accessible Information Standard).

Owns the picklist, who needs what, since when and by whose word. `BY_HAND` lists the needs that an ordinary email
does not serve.
"""
