"""Measurements: each figure beside its floor or peer, taken in the same run (`python -m bench NAME --json`).

A bench never fails a build: machines are noisy, so only ratios are worth reading. What must hold is a test.
"""
