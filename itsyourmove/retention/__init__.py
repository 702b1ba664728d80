"""How long things are kept, and the officers' page that confirms what is deleted."""
