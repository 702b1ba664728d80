"""People and practices that ask to join, and the officers' answer.

Owns the public page, the list of requests and what a yes makes of one. Nothing is mailed until an officer says yes,
and whatever a stranger sends, the page that follows is the same.
"""
