"""The promise to send: queueing, waking a worker, pauses, proxies, and what officers do by hand."""
