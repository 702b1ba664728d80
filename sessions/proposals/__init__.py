"""Runs of the allocation: reading the pool, explaining the result, equality impact, approval.

A worker makes a proposal and keeps it with its reasons; officers may move people for a reason. A yes is said once,
then each place is offered or given in a transaction of its own, decided again at that moment (docs/allocation.md).
"""
