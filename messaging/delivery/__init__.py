"""The worker: claim, guard, render, send, settle.

`worker` reads those steps in order. Any number of workers may run, and be killed, at any moment: a message is
leased by one of them, and the guard is one UPDATE that asks everything once more before the words leave (adr/0002,
adr/0020, adr/0026).
"""
