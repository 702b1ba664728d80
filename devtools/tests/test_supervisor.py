"""The keeper of this clone's own PostgreSQL and Redis: started, shared, killed, moved, and gone when nobody is left.

Every test has a clone of its own (a folder with a space in its name), so the servers of this run are never touched.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
import redis
from django.conf import settings

from devtools.local_services import manager as local_services
from devtools.local_services.locks import is_locked
from itsyourmove.clone import POSTGRES, REDIS, VARIABLES, Clone, LocalServicesError, urls

pytestmark = pytest.mark.processes
ROOT = Path(settings.BASE_DIR)
CLIENT = """
import sys
from pathlib import Path
from devtools.local_services import manager
from itsyourmove.clone import Clone, LocalServicesError

try:
    manager.ensure(Clone(Path(sys.argv[1])))
except LocalServicesError as error:
    print(error)
else:
    print("ready", flush=True)
    sys.stdin.read()
"""


class Client:
    """A process that uses the servers until `leave()`."""

    def __init__(self, place: Clone, code: str = CLIENT, **environment: str):
        kept = {name: value for name, value in os.environ.items() if name not in VARIABLES.values()}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(place.clone)],
            cwd=ROOT,
            env={**kept, "KEEPER_GRACE": "0.2", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.said = self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def new_place(folder: Path) -> Clone:
    clone = folder / "My work" / "clone"
    clone.mkdir(parents=True)
    return Clone(clone)


def clear_away(place: Clone) -> None:
    local_services.stop_services(place)
    shutil.rmtree(place.outside, ignore_errors=True)


@pytest.fixture
def bare(tmp_path) -> Iterator[Clone]:
    """A clone in which nothing was ever started."""
    place = new_place(tmp_path)
    yield place
    clear_away(place)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory) -> Iterator[Clone]:
    """One database made for all: making one anew for each test would take two seconds."""
    place = new_place(tmp_path_factory.mktemp("pattern"))
    assert Client(place).said == "ready"
    local_services.stop_services(place)
    yield place
    clear_away(place)


@pytest.fixture
def place(tmp_path, pattern) -> Iterator[Clone]:
    """A clone whose servers ran before, and are stopped."""
    place = new_place(tmp_path)
    place.prepare()
    subprocess.run(["cp", "-a", pattern.data, place.data], check=True)
    for programs in pattern.outside.glob("programs-*"):
        (place.outside / programs.name).symlink_to(programs)
    yield place
    clear_away(place)


@pytest.fixture
def arrive() -> Iterator[Callable[..., Client]]:
    clients = []

    def arrived(place: Clone, **environment: str) -> Client:
        clients.append(Client(place, **environment))
        return clients[-1]

    yield arrived
    for client in clients:
        client.kill()


def ask(place: Clone, question: str) -> list[tuple]:
    connection = psycopg2.connect(urls(place)[0])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(question)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def process_of(lock: Path) -> int:
    return int(lock.read_text())


def wait_until(true: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not (answer := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def all_stopped(place: Clone) -> bool:
    locks = [place.keeper, *(place.state / f"{name}.lock" for name in (POSTGRES, REDIS))]
    return not any(is_locked(lock) for lock in locks)


def test_asking_where_the_servers_are_starts_and_makes_nothing(bare):
    urls(bare)
    assert not bare.state.exists()
    assert not bare.outside.exists()


def test_a_socket_path_fits_whatever_the_clone_is_called(tmp_path):
    place = Clone(tmp_path / ("long" * 60) / ("name" * 60))
    assert len(os.fsencode(place.postgres_sockets / ".s.PGSQL.5432")) < 104
    assert len(os.fsencode(place.redis_socket)) < 104


def test_servers_named_in_the_environment_are_used_and_none_is_started(bare, arrive):
    client = arrive(bare, DATABASE_URL="postgresql://elsewhere/x", REDIS_URL="redis://elsewhere")
    assert client.said == "ready"
    assert not bare.state.exists()


def test_only_the_server_the_environment_does_not_name_is_started(bare, arrive):
    assert arrive(bare, DATABASE_URL="postgresql://elsewhere/x").said == "ready"
    assert local_services.answers(REDIS, bare)
    assert not bare.data.exists()


def test_two_users_share_one_pair_of_servers_that_stops_after_the_last(place, arrive):
    first, second = arrive(place), arrive(place)
    assert [first.said, second.said] == ["ready", "ready"]
    keeper = process_of(place.keeper)
    first.leave()
    time.sleep(0.8)  # several times the grace
    assert local_services.answers(POSTGRES, place)
    assert local_services.answers(REDIS, place)
    assert process_of(place.keeper) == keeper
    second.kill()  # nobody says goodbye with kill -9: the kernel does
    assert wait_until(lambda: all_stopped(place))


def test_ten_users_at_once_start_the_servers_once(place):
    with ThreadPoolExecutor(10) as pool:
        clients = list(pool.map(lambda _: Client(place), range(10)))
    assert [client.said for client in clients] == ["ready"] * 10
    assert (place.state / "postgres.log").read_text().count("starting PostgreSQL") == 1
    for client in clients:
        client.leave()


def test_the_role_is_no_superuser_and_may_make_what_migrations_and_tests_need(place, arrive):
    arrive(place)
    assert ask(place, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == [
        (False, True)
    ]
    for extension in ("btree_gist", "pg_trgm", "citext", "unaccent"):
        ask(place, f"CREATE EXTENSION {extension}")
    ask(place, "CREATE DATABASE test_another")
    assert ask(place, "SELECT lower('ÉLODIE'), 'Zoe' < 'Élodie'") == [("élodie", True)]


def test_redis_keeps_nothing_on_disk_and_never_forgets_a_task(place, arrive):
    arrive(place)
    server = redis.Redis.from_url(urls(place)[1].replace("redis+socket://", "unix://", 1))
    settings = server.config_get("save", "appendonly", "maxmemory-policy")
    assert settings == {"save": "", "appendonly": "no", "maxmemory-policy": "noeviction"}


def test_a_killed_keeper_is_followed_by_one_that_adopts_its_servers(place, arrive):
    arrive(place)
    ask(place, "CREATE TABLE kept AS SELECT 1 AS one")
    server = process_of(place.state / "postgres.lock")
    os.kill(process_of(place.keeper), signal.SIGKILL)
    assert wait_until(lambda: not is_locked(place.keeper))
    second = arrive(place)
    assert second.said == "ready"
    assert process_of(place.state / "postgres.lock") == server
    assert wait_until(lambda: is_locked(place.keeper))


def test_everything_killed_at_once_comes_back_with_its_data(place, arrive):
    first = arrive(place)
    ask(place, "CREATE TABLE kept AS SELECT 1 AS one")
    for lock in (place.keeper, place.state / "postgres.lock", place.state / "redis.lock"):
        os.kill(process_of(lock), signal.SIGKILL)
    first.kill()
    assert arrive(place).said == "ready"
    assert ask(place, "SELECT one FROM kept") == [(1,)]


def test_a_server_that_dies_in_use_is_started_again(place, arrive):
    arrive(place)
    os.kill(process_of(place.state / "redis.lock"), signal.SIGKILL)
    assert wait_until(lambda: local_services.answers(REDIS, place))


def test_a_process_id_left_behind_is_not_believed(place, arrive):
    arrive(place).leave()
    assert wait_until(lambda: all_stopped(place))
    # After a reboot the old id may belong to any process: here to this very test.
    (place.data / "postmaster.pid").write_text(f"{os.getpid()}\n{place.data}\n")
    (place.state / "postgres.lock").write_text(str(os.getpid()))
    (place.state / "keeper.lock").write_text(str(os.getpid()))
    assert arrive(place).said == "ready"


def test_a_database_half_made_is_made_again(bare, arrive):
    bare.prepare()
    half = bare.data.with_name("postgres.half-made")
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    assert arrive(bare).said == "ready"
    assert not half.exists()


def test_stop_ends_servers_that_are_in_use_and_those_a_killed_keeper_left(place, arrive):
    arrive(place)
    local_services.stop_services(place)
    assert all_stopped(place)
    arrive(place)
    os.kill(process_of(place.keeper), signal.SIGKILL)
    os.kill(process_of(place.state / "redis.lock"), signal.SIGSTOP)  # hears no SIGTERM
    local_services.stop_services(place)
    assert all_stopped(place)


def test_a_program_that_replaces_itself_keeps_its_hold(place):
    code = CLIENT.replace(
        "sys.stdin.read()",
        'import os; os.execv(sys.executable, [sys.executable, "-c", "import sys; sys.stdin.read()"])',
    )
    client = Client(place, code)
    time.sleep(1)
    assert local_services.answers(POSTGRES, place)
    client.leave()
    assert wait_until(lambda: all_stopped(place))


def test_a_folder_that_is_not_ours_is_refused(bare):
    bare.outside.symlink_to(bare.clone)
    try:
        with pytest.raises(LocalServicesError, match="belongs to someone else"):
            bare.prepare()
    finally:
        bare.outside.unlink()


def test_a_database_of_another_postgresql_is_never_touched(place, arrive):
    arrive(place).leave()
    assert wait_until(lambda: all_stopped(place))
    (place.data / "PG_VERSION").write_text("15\n")
    assert "was made by PostgreSQL 15" in arrive(place).said
    assert (place.data / "base").exists()


def test_without_the_wheels_one_sentence_asks_for_servers(place):
    code = (
        "import importlib.util as u\n"
        "u.find_spec = lambda name, package=None: None\n"
        "from devtools.local_services import binaries\n"
        "from itsyourmove.clone import LocalServicesError\n"
        "try:\n    binaries.valkey()\nexcept LocalServicesError as error:\n    print(error)\n"
    )
    client = Client(place, code)
    client.leave()
    assert "Set DATABASE_URL and REDIS_URL" in client.said
