"""Officers reword messages: drafts, previews and versions."""
