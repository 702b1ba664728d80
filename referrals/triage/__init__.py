"""Officers accept, try to reach, decline and close.

Each button of an officer's page (`actions`) asks its form and calls one service. `closures` holds the ends that may
come at any time.
"""
