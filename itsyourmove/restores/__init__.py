"""What `manage.py restored` does after a backup is restored.

`services` lists the steps, all in one transaction; `backup_check` refuses a backup that is not whole or not ours
(adr/0024).
"""
