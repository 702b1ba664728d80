"""What a person says about a session: when they are asked, the form behind their link, and what officers do with it.

The five questions are versioned data. An answer given on the telephone is written down by an officer in the same
form.
"""
