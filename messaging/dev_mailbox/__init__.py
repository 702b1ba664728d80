"""Development only: what would have been sent, at `/dev/mail/`."""
