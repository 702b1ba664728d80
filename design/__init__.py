"""How questions, answers, errors and pages look: forms, fields, layouts and colours.

It knows no other room. `docs/design.md` shows how to make a page, and `frontend/theme.json` holds the typeface and
the colours that `theme` reads.
"""
