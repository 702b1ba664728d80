"""Pages that anyone may read: what the programme is and who it is for, and the notices that a public service owes.

The facts of the deployment come from settings and `check --deploy` asks for them. What is said about safety is health
wording: versioned data in `safety_text`, beside the leaflet's own words.
"""
