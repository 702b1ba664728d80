"""What is needed before a first session: times, level, language, test call, emergency contact, goals, equality."""
