"""Safety answers that are kept, holds, the clinician who clears them, and whether a person may have a place.

`services` acts on what `safety.route` says. `eligibility` answers for many people in one query: pages show it,
services decide it again under the lock.
"""
