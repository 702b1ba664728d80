"""What `manage.py restored` does after a backup is restored."""
