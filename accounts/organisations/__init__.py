"""Organisations of every kind: the import of ODS codes, opening, and closing for a time.

An organisation has one code: the Organisation Data Service's, or one of ours that begins with LOCAL; a constraint
keeps the two apart.
"""
