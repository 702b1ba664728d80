"""What somebody who waits is asked, and their page.

They hear now and then that they are still on the list, and by their link they leave it or say that their times
changed.
"""
