"""The ways out: SMTP, text messages, GOV.UK Notify, a file.

Each has one verb, `send`, and says in the words of `base` what became of a message; `base.POLICIES` says what
happens when nobody knows. `registry` opens what the settings name.
"""
