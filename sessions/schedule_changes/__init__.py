"""Moving and cancelling sessions: the preview, doing it, and who is told.

`preview` works out what would happen and writes nothing; `services` works it out again under the lock and refuses
another answer. Each person hears once (`recipients`).
"""
