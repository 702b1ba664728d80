"""What somebody who waits is asked, and their page."""
