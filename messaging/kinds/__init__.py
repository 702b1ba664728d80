"""What a kind of message is, the registry of kinds, and the placeholders of wordings.

A `MessageKind` is data: who gets it, when it is still due (a condition inside the guard's UPDATE), its context and
samples. Rooms above register theirs in `AppConfig.ready()`; `docs/messages.md` is written from the registry.
"""
