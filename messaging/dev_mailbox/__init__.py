"""Demonstrations only: what would have been sent, at `/dev/mail/`.

Its addresses exist only where DEMO is on, which production refuses.
"""
