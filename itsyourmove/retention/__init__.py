"""How long things are kept, and the officers' page that confirms what is deleted.

One table names each kind of data and its setting. What belongs to nobody's record is deleted at night; the text of
messages goes when an officer has confirmed a `Disposal`. Rows of messages and links stay, because sweeps use them
to know what was sent.
"""
