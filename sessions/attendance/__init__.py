"""The personal page of a session, "will you come?", the register, calendar files."""
