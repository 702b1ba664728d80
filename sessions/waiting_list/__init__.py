"""What we ask people on the waiting list, and their page.

They hear now and then that they are still on the list, and by their link they leave it or say that their times
changed.
"""
