"""Signing in: the emailed code, the second factor, passkeys, the OpenID way, and the known browser.

allauth takes the steps; the pages, the limits and the guards (`middleware`) are ours. The `openid` modules are
loaded only where a provider is configured. Officers and administrators need a second factor, or a passkey, which is
both.
"""
