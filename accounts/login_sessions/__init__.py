"""Django's log-in sessions: where they are kept, and ending them everywhere.

A session holds little (16 KiB at most); past that it keeps the sign-in and drops the rest. Services call this
package when an address, role, second factor or membership changes.
"""
