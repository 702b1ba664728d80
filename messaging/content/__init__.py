"""What a message says: wordings, rendering to text and HTML, links, secrets, and the checks of a wording.

Words are data with placeholders: version 0 in files, or an officer's `Wording` (adr/0015). Links and codes are put
in when the message is sent, and stand as `[personal link]` on the copy that stays.
"""
