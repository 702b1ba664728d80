"""The welcome call: what an officer asks a person before they join, on one page that is saved in parts.

It owns no rule and no table: each part is the form and the service of the package that keeps its answers.
"""
