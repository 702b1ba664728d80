"""What every test stands on: this clone's own PostgreSQL and Redis, and the shared fixtures."""

from itsyourmove import local

local.ensure()

pytest_plugins = ["tests.plugins.browser", "tests.plugins.cast", "tests.plugins.post"]
