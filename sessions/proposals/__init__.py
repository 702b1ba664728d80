"""Runs of the allocation: reading the pool, explaining the result, equality impact, approval."""
