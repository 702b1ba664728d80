"""A person's own links, without a password: the tokens, the pages they open and the question for the birth date."""
