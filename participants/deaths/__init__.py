"""Recording that a person has died, and undoing it when that was a mistake."""
