"""Officers bring the list that they keep today: columns matched, a check of every row, and one press that adds them all.

`reading` makes cells of a file, `columns` says what a column can be, `checking` what would become of each row, and
`services` adds the people. Nothing is sent, and nobody who left, objected or died is brought back (adr/0030).
"""
