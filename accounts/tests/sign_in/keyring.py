"""A passkey made of a few lines, for tests without a browser: it answers as a phone does, or lies as it is told."""

import hashlib
import json
from dataclasses import dataclass, field
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG
ORIGIN = "http://localhost:8000"


@dataclass
class Passkey:
    """A key that belongs to one site; `origin` is the page that it is asked on."""

    origin: str = ORIGIN
    verified: bool = True  # a finger or a PIN was asked for
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    name: bytes = field(default_factory=lambda: token_bytes(16))
    owner: str = ""

    def create(self, asked: dict) -> dict:
        asked = asked["publicKey"]
        self.owner = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.name, public)
        data = AuthenticatorData.create(
            self._site(asked["rp"]["id"]), self._flags() | FLAG.AT, 0, bytes(credential)
        )
        made = AttestationObject.create("none", data, {})
        return self._answer(
            clientDataJSON=self._client("webauthn.create", asked), attestationObject=bytes(made)
        )

    def get(self, asked: dict) -> dict:
        asked = asked["publicKey"]
        data = AuthenticatorData.create(self._site(asked["rpId"]), self._flags(), 0)
        client = self._client("webauthn.get", asked)
        signature = self.key.sign(bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        owner = websafe_decode(self.owner)
        return self._answer(
            clientDataJSON=client, authenticatorData=bytes(data), signature=signature, userHandle=owner
        )

    def _site(self, rp_id: str) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest()

    def _flags(self) -> int:
        return FLAG.UP | (FLAG.UV if self.verified else 0)

    def _client(self, kind: str, asked: dict) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, **parts: bytes) -> dict:
        name = websafe_encode(self.name)
        response = {part: websafe_encode(value) for part, value in parts.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def add(client: Client, passkey: Passkey, name: str = "My phone"):
    """Add the passkey to the account that this client is signed in to."""
    asked = client.post("/second-step/passkeys/begin/").json()
    form = {"name": name, "credential": json.dumps(passkey.create(asked))}
    return client.post("/second-step/passkeys/new/", form)


def sign_in(client: Client, passkey: Passkey, *, onward: str = ""):
    """Sign in as the page does: ask, and post what the passkey says."""
    asked = client.post("/sign-in/passkey/begin/").json()
    return answer(client, passkey.get(asked), onward=onward)


def answer(client: Client, credential: object, *, onward: str = ""):
    address = "/sign-in/passkey/" + (f"?next={onward}" if onward else "")
    return client.post(address, {"credential": json.dumps(credential)})
