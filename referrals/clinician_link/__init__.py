"""A named clinician without an account: their link, the code, the two facts of the record, and their answers.

Officers check an address that is not the organisation's, open a link that wrong answers have closed, and confirm a
clinician on their register, before whose answers nobody gets a place (docs/adr/0031).
"""
