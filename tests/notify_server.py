"""A stand-in for GOV.UK Notify: real HTTP, real tokens, and moods.

server.taken                        every message taken, in order of arrival, as dicts
server.answer(429, times=2)         say this, and take nothing; `error` and `message` as Notify words them
server.answer(500, took=True)       take it, and say this all the same
server.lose_answer(times=1)         take it, then close the line without a word
server.hang_up(times=1)             close the line without taking it
server.seconds = 0.5                think this long before answering
server.stop(), server.start()       away and back, at the same port

As a process of its own it writes what it takes to a file, a JSON object a line:
    python -m tests.notify_server PORT FILE [SECONDS]
"""

import contextlib
import json
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"stand_in-{SERVICE}-{SECRET}"
EMAIL_TEMPLATE, SMS_TEMPLATE = "6d3b6d7c-0b0b-4a3c-8d3e-1f4f0f9a1a01", "6d3b6d7c-0b0b-4a3c-8d3e-1f4f0f9a1a02"
CLOCKS_MAY_DIFFER = 30


@dataclass
class Mood:
    status: int
    error: str = "Error"
    message: str = "no"
    took: bool = False
    silent: bool = False  # the line is closed in place of an answer


@dataclass
class NotifyServer:
    taken: list[dict] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # references that were looked up
    moods: list[Mood] = field(default_factory=list)
    posts: int = 0
    seconds: float = 0.0
    file: Path | None = None
    port: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]

    @property
    def mails(self) -> list[dict]:
        """What was taken, under the name that the mail sink has for it."""
        return self.taken

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "NotifyServer":
        self.http = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=[0.05], daemon=True).start()
        return self

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()

    def answer(
        self, status: int, *, error: str = "Error", message: str = "no", took: bool = False, times: int = 1
    ) -> None:
        self.moods += [Mood(status, error, message, took)] * times

    def lose_answer(self, *, times: int = 1) -> None:
        self.moods += [Mood(0, took=True, silent=True)] * times

    def hang_up(self, *, times: int = 1) -> None:
        self.moods += [Mood(0, silent=True)] * times

    def take(self, kind: str, body: dict) -> dict:
        message = {"id": str(uuid4()), "type": kind, **body}
        with self.lock:
            self.taken.append(message)
            if self.file:
                with self.file.open("a") as file:
                    file.write(json.dumps(message) + "\n")
        return message


def _handler(server: NotifyServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not self.knows_us():
                return
            with server.lock:
                server.posts += 1
                mood = server.moods.pop(0) if server.moods else None
            kind = urlsplit(self.path).path.rsplit("/", 1)[-1]
            address, template, words = {
                "email": ("email_address", EMAIL_TEMPLATE, {"subject", "body"}),
                "sms": ("phone_number", SMS_TEMPLATE, {"body"}),
            }[kind]
            if mood and not mood.took:
                return self.say(mood)
            if body.get("template_id") != template:
                return self.say(Mood(400, "BadRequestError", "Template not found"))
            if missing := words - set(body.get("personalisation", {})):
                return self.say(
                    Mood(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
                )
            if not body.get(address):
                return self.say(Mood(400, "ValidationError", f"{address} is a required property"))
            message = server.take(kind, body)
            time.sleep(server.seconds)
            if mood:
                return self.say(mood)
            content = {"content": body["personalisation"], "id": message["id"]}
            self.reply(201, {**content, "reference": body.get("reference"), "uri": "", "template": {}})

        def do_GET(self) -> None:
            if not self.knows_us():
                return
            if server.moods and server.moods[0].status == 503:
                return self.say(server.moods.pop(0))
            [reference] = parse_qs(urlsplit(self.path).query)["reference"]
            server.asked.append(reference)
            with server.lock:
                found = [each for each in server.taken if each.get("reference") == reference]
            self.reply(200, {"notifications": found, "links": {"current": self.path}})

        def knows_us(self) -> bool:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            try:
                claims = jwt.decode(token, SECRET, algorithms=["HS256"], leeway=CLOCKS_MAY_DIFFER)
                known = claims["iss"] == SERVICE and abs(time.time() - claims["iat"]) <= CLOCKS_MAY_DIFFER
            except (jwt.InvalidTokenError, KeyError):
                known = False
            if not known:
                self.say(Mood(403, "AuthError", "Invalid token: API key not found"))
            return known

        def say(self, mood: Mood) -> None:
            if mood.silent:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            errors = [{"error": mood.error, "message": mood.message}]
            self.reply(mood.status, {"status_code": mood.status, "errors": errors})

        def reply(self, status: int, answer: dict) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # whoever asked was killed, or waits no longer
                self.wfile.write(content)

        def log_message(self, *args: object) -> None: ...

    return Handler


if __name__ == "__main__":
    port, path, *seconds = sys.argv[1:]
    alone = NotifyServer(port=int(port), file=Path(path), seconds=float(seconds[0]) if seconds else 0.0)
    if alone.file.exists():  # it was killed, and remembers what it took
        alone.taken = [json.loads(line) for line in alone.file.read_text().splitlines()]
    alone.start()
    threading.Event().wait()
