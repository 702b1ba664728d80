"""The worker: lease, guard, send, settle. `worker` reads the order of it."""
