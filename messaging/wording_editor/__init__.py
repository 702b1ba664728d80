"""Officers reword messages: drafts, previews and versions.

An officer's words are kept as a new version and can be taken back, never changed. `content.validation` says which
words may not be sent.
"""
