"""What is wrong at this moment: for `/livez`, `/readyz` and `/statusz`, the watch, and officers' pages.

The watch emails by its own way: it needs no worker, no request and no outbox.
"""
