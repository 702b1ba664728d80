"""`manage.py restored` under its former name."""

from itsyourmove.management.commands.restored import Command

__all__ = ["Command"]
