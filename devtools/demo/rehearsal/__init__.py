"""A made-up cohort lived through ten weeks with the real services: for training, tests and the demonstration.

`people` decides from a seed what each will do, `agenda` keeps the virtual clock, and `life` calls the services.
"""
