"""Signing in: the emailed code, the second factor, passkeys, the OpenID way, and the known browser."""
