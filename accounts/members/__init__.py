"""Who works for an organisation: colleagues' pages and the yearly review."""
