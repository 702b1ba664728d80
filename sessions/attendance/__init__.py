"""The personal page of a session, "will you come?", the register, calendar files.

Looking at a page answers nothing; a press does. The register is the officers', coded as the NHS codes it.
"""
