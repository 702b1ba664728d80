"""A stand-in OpenID Connect provider on 127.0.0.1: it signs for real, and lies as a test tells it."""

import base64
import hashlib
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

KID = "key-1"


class Provider:
    """Who is signed in there is `person`; `claims` replace those of the signed answer; `fault` breaks one page."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self.issuer, self.client_id, self.client_secret = issuer, client_id, client_secret
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.asked: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", urlsplit(issuer).port), self._handler())
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.forget()

    def forget(self) -> None:
        self.person = {"sub": "person-1", "email": "", "email_verified": True}
        self.claims: dict[str, object] = {}
        self.userinfo: dict[str, object] = {}
        self.fault: dict[str, object] = {}
        self.signing_key, self.algorithm = self.key, "RS256"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    # --- What each page answers: (status, body, headers) ---------------------------------------------------------

    def configuration(self, _: dict[str, str]) -> dict:
        pages = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("token", "userinfo")}
        return pages | {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def jwks(self, _: dict[str, str]) -> dict:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": KID, "use": "sig", "alg": "RS256"}]}

    def token(self, form: dict[str, str]) -> dict:
        question = self.asked.pop(form["code"])  # a code is good once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        assert question["code_challenge"] == challenge.rstrip(b"=").decode()
        assert question["code_challenge_method"] == "S256"
        assert (form["client_id"], form["client_secret"]) == (self.client_id, self.client_secret)
        assert form["redirect_uri"] == question["redirect_uri"]
        now = int(time.time())
        told = {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": question["nonce"],
            "sub": self.person["sub"],
        }
        told = {name: value for name, value in (told | self.claims).items() if value is not None}
        signed = jwt.encode(told, self.signing_key, algorithm=self.algorithm, headers={"kid": KID})
        return {"access_token": "secret", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def about(self, _: dict[str, str]) -> dict:
        return self.person | {"name": "Sam O’Brien"} | self.userinfo

    def _handler(provider) -> type[BaseHTTPRequestHandler]:
        pages = {
            "/.well-known/openid-configuration": provider.configuration,
            "/jwks": provider.jwks,
            "/token": provider.token,
            "/userinfo": provider.about,
        }

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                if address.path == "/authorize":
                    code = f"code-{len(provider.asked)}-{time.monotonic_ns()}"
                    provider.asked[code] = query
                    back = urlencode({"code": code, "state": query["state"]})
                    self.send_response(302)
                    self.send_header("Location", f"{query['redirect_uri']}?{back}")
                    self.end_headers()
                    return
                self.answer(address.path, query)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.answer(self.path, {name: values[0] for name, values in parse_qs(body).items()})

            def answer(self, path: str, form: dict[str, str]) -> None:
                fault = provider.fault.get(path)
                status = fault if isinstance(fault, int) else 200
                body = fault if isinstance(fault, str) else json.dumps(pages[path](form))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler
