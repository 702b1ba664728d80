"""The promise to send: queueing, waking a worker, pauses, proxies, and what officers do by hand.

A message has a key made of facts, so promising it twice is harmless. It sends nothing: `wakeup` rings for a worker,
or calls the drain that `apps` named.
"""
