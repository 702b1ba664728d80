"""What a person says about a session: when they are asked, the form behind their link, and what officers do with it."""
