"""Where this clone keeps its own PostgreSQL and Redis, for development and tests. Needs Python alone."""

import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CLONE = Path(__file__).resolve().parent.parent
POSTGRES, REDIS = "postgres", "redis"
VARIABLES = {POSTGRES: "DATABASE_URL", REDIS: "REDIS_URL"}


class LocalServicesError(Exception):
    """The servers cannot be had here; the sentence says what to do instead."""


@dataclass(frozen=True)
class Clone:
    """Where one clone keeps its servers.

    Locks, logs and data lie in the clone. Sockets need a path under 107 bytes whatever the clone is called, so they
    lie in a private folder outside it, named after the clone and the user. PostgreSQL refuses to run as root: there
    it runs as "nobody", who cannot look into root's home, so its data and a copy of its programs lie outside too.
    """

    clone: Path = CLONE

    @property
    def state(self) -> Path:
        return self.clone / ".local"

    @property
    def outside(self) -> Path:
        mark = hashlib.sha256(os.fsencode(self.clone.resolve())).hexdigest()[:10]
        return Path(f"/var/tmp/itsyourmove-{os.getuid()}-{mark}")  # noqa: S108 - its owner is checked in prepare()

    @property
    def data(self) -> Path:
        return (self.outside if os.getuid() == 0 else self.state) / "postgres"

    @property
    def postgres_sockets(self) -> Path:
        return self.outside / "pg"

    @property
    def redis_socket(self) -> Path:
        return self.outside / "redis.sock"

    @property
    def keeper(self) -> Path:
        return self.state / "keeper.lock"

    @property
    def keeper_log(self) -> Path:
        return self.state / "keeper.log"

    def users(self, service: str) -> Path:
        return self.state / f"{service}.users"

    def prepare(self) -> None:
        """Make both folders; refuse one that belongs to someone else."""
        for folder, mode in ((self.state, 0o700), (self.outside, 0o711 if os.getuid() == 0 else 0o700)):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=mode)
                folder.chmod(mode)  # whatever the umask says
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise LocalServicesError(
                    f"{folder} belongs to someone else (perhaps from a start as another user): remove it and try again."
                )


HERE = Clone()


def urls(place: Clone = HERE) -> tuple[str, str]:
    """DATABASE_URL and REDIS_URL of this clone's own servers, whether they run or not."""
    database = (
        f"postgresql://itsyourmove@/itsyourmove?host={quote(str(place.postgres_sockets), safe='')}&port=5432"
    )
    return database, f"redis+socket://{place.redis_socket}"
