"""By which channel and to which address a message goes."""
