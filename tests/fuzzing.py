"""The fuzzer: cases drawn from a seed, what each sends through Django's client, and what is looked at in each answer.

A case is one to four requests of one role at one address: a page is read, its form filled with what fits and what
does not, sent, and the page that follows is looked at. What a case did is taken back, so each case can be sent again
alone: `FUZZ_SEED=... FUZZ_ONLY=...` (tests/test_fuzz.py).
"""

import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from urllib.parse import quote, urlsplit

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils.regex_helper import normalize

from itsyourmove.wsgi import UNREADABLE
from participants.personal_links.links import Link
from tests import hostile
from tests.fuzz_pages import Page, as_header, encoded, filled, spoiled

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]
STATEMENT_SECONDS = 5  # as in production; a statement that takes longer is an error, and so a finding
ENDINGS = [".", ")", ">", "]", ";", ":", ",", ").", "%20", "%00", "/", "%0d%0a", "’", "=", "\\"]
TRACES = ["Traceback (most recent call last)", "site-packages", "psycopg2", "django.db.utils", "DETAIL:  "]
PAGE_HEADERS = ["Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"]


@dataclass(frozen=True)
class Route:
    name: str
    template: str  # with %(name)s for each argument
    arguments: tuple[str, ...]


def routes(resolver: URLResolver | None = None, before: str = "", space: str = "") -> Iterator[Route]:
    """Every address of the resolver, whoever added it."""
    for each in (resolver or get_resolver()).url_patterns:
        pattern = before + each.pattern.regex.pattern.removeprefix("^").replace(r"\Z", "").replace(r"\z", "")
        if isinstance(each, URLPattern):
            for template, arguments in normalize(pattern):
                yield Route(f"{space}{each.name or template}", template, tuple(arguments))
        else:
            yield from routes(each, pattern, f"{space}{each.namespace}:" if each.namespace else space)


@dataclass
class Finding:
    case: str
    role: str
    request: str
    what: str
    where: str = ""

    def __str__(self) -> str:
        seed, _, number = self.case.rpartition(":")
        again = f"FUZZ_SEED={seed} FUZZ_ONLY={number}"
        return f"{again}  {self.role}: {self.request}\n    {self.what}\n{self.where}"


class Fuzzer:
    """One round: a seed, the world's people with their sessions, and what was counted and found."""

    def __init__(self, seed: str, sessions: dict[str, str], tokens: list[str], secret: str = "") -> None:
        self.seed = seed
        self.sessions = sessions  # of each role; "" for nobody
        self.tokens = tokens
        self.secret = secret  # a word of one organisation's rows that nobody else may read
        self.roles = list(sessions)
        self.routes = sorted(routes(), key=lambda each: (each.name, each.template))
        self.pairs = list(product(self.roles, METHODS))
        Random(1).shuffle(self.pairs)  # the same for every seed, so that rounds go through all of it
        self.known: dict[str, list[dict]] = {}  # arguments that pages led to, by route
        self.keys = {
            model._meta.model_name: [
                str(pk) for pk in model._base_manager.order_by("pk").values_list("pk", flat=True)[:20]
            ]
            for model in apps.get_models()
            if model._meta.managed and model._meta.app_label != "pghistory"
        }
        self.counts: Counter[str] = Counter()
        self.reached: set[str] = set()
        self.acted: set[str] = set()
        self.findings: list[Finding] = []
        self.statements = self.most_statements = 0
        self.slowest = ""
        self.case, self.role = "", ""

    # --- one case ----------------------------------------------------------------------------------------------

    def play(self, number: int, at: int) -> None:
        """The case of this number; `at` says which route, role and method come next in the walk through all."""
        draw = Random(f"{self.seed}:{number}")
        route = self.routes[at % len(self.routes)]
        role, method = self.pairs[(at // len(self.routes) + at) % len(self.pairs)]
        if draw.random() < 0.75:
            method = draw.choice(["POST", "POST", "POST", "GET"])
            if draw.random() < 0.6:
                role = self._at_home(draw, route, role)
        self.case, self.role = f"{self.seed}:{number}", role
        with self._taken_back():
            client = self._client(role)
            address = self._address(draw, route)
            self.reached.add(route.name)
            dice = draw.random()
            if method == "POST" and dice < 0.7:
                self._fill_in(draw, client, route, address)
            elif method == "POST" and dice < 0.85:
                names = [
                    "search",
                    "answer",
                    "q",
                    "email",
                    "code",
                    "credential",
                    "step",
                    "note",
                    "next",
                    *hostile.LOOKUPS[:3],
                ]
                self._post(
                    client,
                    address,
                    [(draw.choice(names), hostile.text(draw)) for _ in range(draw.randint(0, 6))],
                    draw,
                )
            elif method == "GET" and dice < 0.75:
                self._send(client, "GET", f"{address}?{self._query(draw)}")
            else:
                self._odd(draw, client, method, address)

    def _at_home(self, draw: Random, route: Route, role: str) -> str:
        """A role that this address is for, so that most requests get past the door."""
        if route.name.startswith("admin:"):
            return draw.choice(["officer", "administrator"])
        if route.name.startswith("referrals:"):
            return draw.choice(["receptionist", "lead", "neighbour"])
        return "lead" if "colleague" in route.name else role

    def _taken_back(self) -> "_TakenBack":
        return _TakenBack(self)

    def _client(self, role: str) -> Client:
        client = Client(raise_request_exception=False)
        if self.sessions[role]:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def _fill_in(self, draw: Random, client: Client, route: Route, address: str) -> None:
        page = self._send(client, "GET", address)
        while (
            page is not None
            and page.status_code == 302
            and draw.random() < 0.5
            and page["Location"].startswith("/")
        ):
            address = page["Location"]
            page = self._send(client, "GET", address)
        found = Page(self._text(page)).forms if page is not None else []
        found = [form for form in found if "sign-out" not in form.action] or found
        if not found:
            self._post(client, address, spoiled(draw, [("answer", "yes"), ("note", "x")]), draw)
            return
        form = max(found, key=lambda each: len(each.fields)) if draw.random() < 0.7 else draw.choice(found)
        target = form.action if form.action.startswith("/") else address.partition("?")[0]
        sent = spoiled(draw, filled(draw, form))
        answer = self._post(client, target, sent, draw)
        if draw.random() < 0.1:  # the back button, or a second press
            answer = self._post(client, target, sent, draw)
        if answer is not None and answer.status_code == 302:
            self.acted.add(route.name)
            if draw.random() < 0.6 and answer["Location"].startswith("/"):
                self._send(client, "GET", answer["Location"])
        if draw.random() < 0.3:
            self._send(client, "GET", address)

    def _post(self, client: Client, address: str, sent: list[tuple[str, str]], draw: Random):
        if draw.random() < 0.2:
            body = b"".join(hostile._part(name, value) for name, value in sent) + b"--x--\r\n"
            return self._send(client, "POST", address, body, "multipart/form-data; boundary=x")
        body = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sent).encode()
        return self._send(client, "POST", address, body, "application/x-www-form-urlencoded")

    def _odd(self, draw: Random, client: Client, method: str, address: str) -> None:
        """What no page of ours sends: other bodies, content types, headers, very long addresses."""
        body, kind, headers = b"", "application/x-www-form-urlencoded", {}
        if method not in ("GET", "HEAD", "TRACE"):
            body = hostile.BODIES[draw.choice(list(hostile.BODIES))]()
            kind = draw.choice(hostile.TYPES)
            if draw.random() < 0.2:
                kind += f"; charset={draw.choice(hostile.CHARSETS)}"
        for name in draw.sample(list(hostile.HEADERS), draw.choice([0, 1, 1, 2, 4])):
            headers[name] = as_header(draw.choice(hostile.HEADERS[name]))
        if draw.random() < 0.03:
            headers |= {f"HTTP_X_{at}": "x" for at in range(200)}
        query = draw.choice([None, None, self._query(draw), "a" * 9000, "&".join(["q=1"] * 2000)])
        self._send(
            client, method, f"{address}?{query}" if query else address, body, as_header(kind), **headers
        )

    def _query(self, draw: Random) -> str:
        raw = ["%ff%fe=%ed%a0%80", "q=%zz&%", "q=%00", "next=//evil.example/", "page=x", "%00=1"]
        if draw.random() < 0.15:
            return draw.choice(raw)
        pairs = [(draw.choice(hostile.LOOKUPS), hostile.text(draw)[:3000]) for _ in range(draw.randint(1, 3))]
        return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)

    # --- addresses ---------------------------------------------------------------------------------------------

    def _address(self, draw: Random, route: Route) -> str:
        known = self.known.get(route.name, [])
        given: dict[str, object] = dict(draw.choice(known)) if known and draw.random() < 0.7 else {}
        if given and draw.random() < 0.85:
            values = given
        else:
            values = {name: self._argument(draw, route, name, given.get(name)) for name in route.arguments}
        quoted = {
            name: quote(str(value).encode("utf-8", "surrogatepass"), safe="-_.~/")
            for name, value in values.items()
        }
        address = "/" + route.template % quoted
        return address + draw.choice(ENDINGS) if draw.random() < 0.03 else address

    def _argument(self, draw: Random, route: Route, name: str, known: object) -> object:
        dice = draw.random()
        if known is not None and dice < 0.5:
            return known
        if name == "token":
            token = draw.choice(self.tokens)
            flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
            return draw.choice(
                [
                    token,
                    token,
                    token,
                    token + draw.choice(ENDINGS[:7]),
                    flipped,
                    token[:20],
                    token.lower(),
                    hostile.text(draw)[:200] or "x",
                ]
            )
        if dice < 0.8:
            model = next((each for each in route.template.split("/") if each in self.keys), "")
            keys = self.keys.get(model) or []
            if dice > 0.65 or not keys:
                keys = [key for found in self.keys.values() for key in found]
            return draw.choice(keys)
        return draw.choice([hostile.HUGE, "0", "1", "9" * 19, "9" * 4400, hostile.text(draw)[:300] or "x"])

    def learn(self, role: str, starts: list[str], most: int) -> None:
        """Walk from page to page as this role, to know the addresses that pages lead to."""
        self.case, self.role = f"{self.seed}:walk", role
        client, seen, waiting = self._client(role), Counter(), list(starts)
        for address in waiting:
            if not most:
                break
            try:
                match = resolve(urlsplit(address).path)
            except Resolver404:
                continue
            name = match.view_name or match.route
            if seen[name] >= 2 or "sign_out" in name or name == "admin:logout":
                continue
            seen[name] += 1
            most -= 1
            with self._taken_back():
                answer = self._send(client, "GET", address)
            for link in Page(self._text(answer)).links if answer is not None else []:
                path = urlsplit(link).path
                if link.startswith("/") and not link.startswith("/static/") and link not in waiting:
                    self._remember(path)
                    waiting.append(link)

    def _remember(self, path: str) -> None:
        try:
            match = resolve(path)
        except Resolver404:
            return
        name = ":".join([*match.namespaces, match.url_name or ""])
        known = self.known.setdefault(name, [])
        if match.kwargs and match.kwargs not in known and len(known) < 30:
            known.append(match.kwargs)

    # --- sending and looking -----------------------------------------------------------------------------------

    def _send(
        self, client: Client, method: str, address: str, body: bytes = b"", kind: str = "", **headers: str
    ):
        self.statements = 0
        own = client.cookies.get(settings.SESSION_COOKIE_NAME)
        stranger = self.role == "nobody" and not (
            own and own.value
        )  # what they sent before may have made one
        try:
            with connection.execute_wrapper(self._counted):
                answer = client.generic(method, address, body, content_type=kind, **headers)
        except (
            UNREADABLE
        ) as error:  # before any middleware; tests/test_fuzz_gunicorn.py sees what becomes of it
            if "_set_content_type_params" not in traceback.format_exc():
                raise error
            self.counts["requests"] += 1
            self.counts["400"] += 1
            return None
        except Exception:
            self._note(method, address, body, "raised", traceback.format_exc(limit=-9))
            return None
        self.counts["requests"] += 1
        self.counts[str(answer.status_code)] += 1
        if self.statements > self.most_statements:
            self.most_statements, self.slowest = self.statements, f"{self.role} {method} {address[:80]}"
        if method in ("GET", "HEAD") and stranger:
            sent = answer.cookies.get(settings.SESSION_COOKIE_NAME)
            if sent is not None and sent.value:
                self._note(method, address, body, "makes a session for a look")
        for what in self._wrong(answer):
            where = ""
            if answer.status_code >= 500 and answer.exc_info:
                where = "".join(traceback.format_exception(*answer.exc_info, limit=-4))
            self._note(method, address, body, what, where)
        return answer

    def _counted(self, execute: Callable, *arguments: object) -> object:
        self.statements += 1
        return execute(*arguments)

    def _note(self, method: str, address: str, body: bytes, what: str, where: str = "") -> None:
        request = f"{method} {address[:200]} {body[:300]!r}"
        self.findings.append(Finding(self.case, self.role, request, what, where))

    @staticmethod
    def _text(answer) -> str:
        if answer is None or answer.streaming or "html" not in answer.get("Content-Type", ""):
            return ""
        return answer.content.decode("utf-8", "replace")

    def _wrong(self, answer) -> Iterator[str]:
        """What no answer may be or hold, whatever was asked."""
        if answer.status_code >= 500:
            yield f"{answer.status_code}"
        place = answer.get("Location", "")
        if place and not is_ours(place):
            yield f"leads to {place[:100]}"
        for name, value in answer.headers.items():
            if "\n" in value or "\r" in value or name.lower().startswith("x-evil"):
                yield f"header {name}"
        for name, cookie in answer.cookies.items():
            if cookie.value and (
                not cookie["samesite"] or (name != settings.CSRF_COOKIE_NAME and not cookie["httponly"])
            ):
                yield f"cookie {name} without its flags"
        text = self._text(answer)
        if text:
            yield from (f"no {name}" for name in PAGE_HEADERS if name not in answer.headers)
            yield from (f"shows {trace}" for trace in TRACES if trace in text)
            yield from (f"runs {script}" for script in hostile.SCRIPTS if script in text)
            if hostile.TEMPLATE_RAN in text:
                yield "fills in a template of theirs"
            if re.search(
                rf"""(?:href|src|action)=["']?\s*(?:javascript|data):[^"'>]*{hostile.MARK}""",
                text,
                re.IGNORECASE,
            ):
                yield "leads to a script of theirs"
            if (
                self.secret
                and self.role in ("nobody", "stranger", "neighbour", "half")
                and self.secret in text
            ):
                yield "shows another organisation's row"


def is_ours(place: str) -> bool:
    """Whether a browser stays with us, or goes to a video room; browsers read a backslash as a slash and skip tabs."""
    read = re.sub(r"[\t\r\n]", "", place.strip("".join(map(chr, range(33))))).replace("\\", "/")
    try:
        parts = urlsplit(read)
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return not read.startswith("//")
    host = parts.hostname or ""
    rooms = any(host == room or host.endswith(f".{room}") for room in settings.VIDEO_HOSTS)
    return parts.scheme in ("", "http", "https") and (
        host in ("testserver", "localhost", "127.0.0.1") or rooms
    )


class _TakenBack:
    """What a case does is undone at its end; before that, what the database puts off until a commit is looked at."""

    def __init__(self, fuzzer: Fuzzer) -> None:
        self.fuzzer = fuzzer

    def __enter__(self) -> None:
        self.savepoint = transaction.savepoint()

    def __exit__(self, *failure: object) -> None:
        if not connection.needs_rollback and failure[0] is None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            except DatabaseError as error:
                if "current transaction is aborted" not in str(error):
                    self.fuzzer._note("", "", b"", "refused at the commit", str(error))
        connection.needs_rollback = False
        transaction.savepoint_rollback(self.savepoint)
        connection.run_on_commit.clear()


def every_token(model_base: type = Link) -> list[str]:
    """The tokens of every personal link there is, of every kind."""
    found = [model for model in apps.get_models() if issubclass(model, model_base)]
    return [link.token for model in found for link in model._base_manager.order_by("pk")[:15]]
