"""Template tags that say times and statuses in the words of the service."""
