"""What will be sent, to whom and when, before it is written.

Shows officers the days ahead. Rooms register what is no row yet, and who ought to hear something and will not.
"""
