"""When which message about a session falls due, and keeping the outbox in step with it.

`timing` works out the times from a programme's timetable. `scheduling` writes the rows fifteen days ahead; a key
holds the schedule's version, so a session that moves gets new rows and calls the old ones back.
"""
