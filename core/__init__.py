"""What at least two rooms need and none owns: one concept a module, and nothing of the programme itself.

Dates in London words, working days, row history, nonces, the panels of the work queue. A test keeps it at twelve
modules or fewer: a thirteenth probably belongs to a room.
"""
