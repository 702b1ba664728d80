"""Accessibility and communication needs (the Accessible Information Standard): what was said, when, and by whom."""
