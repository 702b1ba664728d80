"""People and practices that ask to join, and the officers' answer."""
