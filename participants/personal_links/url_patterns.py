"""The part of a personal link's address that is the token."""

# Mail clients that make links of text take the full stop or the bracket after it along: it is forgiven.
TOKEN, TAIL = r"^(?P<token>[^/]{1,120})", r"/[.,;:)>\]]*$"
