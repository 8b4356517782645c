"""A sign-in service of our own: OpenID Connect with discovery, PKCE and signed tokens."""

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "motbild-test", "hemlig-nyckel-i-test"
KEY = RSAKey.generate_key(2048, {"kid": "test-1"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "test-1"})


@dataclass
class Provider:
    """The service, which says what a test has it say.

    Attributes:
        issuer: Its address.
        now: Its clock.
        claims: What it says of whoever signs in.
        changed: Claims of the token that are put wrong; None leaves one out.
        described: What its discovery says otherwise than is so.
        key: What it signs with; its published key stays the same.
        denies: Whether it turns everybody away.
    """

    issuer: str
    now: datetime
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "u-17", "name": "Siv Sol"})
    changed: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    denies: bool = False
    _asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        """Return what it answers."""
        return [
            Route("/.well-known/openid-configuration", self._describe),
            Route("/ask", self._ask),
            Route("/token", self._give_token, methods=["POST"]),
            Route("/keys", self._keys),
        ]

    async def _describe(self, _request: Request) -> Response:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/ask",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return JSONResponse(told | self.described)

    async def _ask(self, request: Request) -> Response:
        asked = dict(request.query_params)
        told = {"state": asked["state"], "iss": self.issuer}
        if self.denies:
            return self._back(asked, told | {"error": "access_denied"})
        code = f"code-{len(self._asked)}"
        self._asked[code] = asked
        return self._back(asked, told | {"code": code})

    def _back(self, asked: dict[str, str], told: dict[str, str]) -> Response:
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(told)}", status_code=302)

    async def _give_token(self, request: Request) -> Response:
        form = await request.form()
        asked = self._asked.pop(str(form["code"]), None)
        if asked is None or not _is_proven(asked, str(form["code_verifier"])):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        told = {"access_token": "x", "token_type": "Bearer", "id_token": self._sign(asked)}
        return JSONResponse(told)

    def _sign(self, asked: dict[str, str]) -> str:
        moment = int(self.now.timestamp())
        standard = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "iat": moment,
            "exp": moment + 300,
            "nonce": asked["nonce"],
        }
        told = {**standard, **self.claims, **self.changed}
        kept = {name: value for name, value in told.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "test-1"}, kept, self.key)

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})


def _is_proven(asked: dict[str, str], verifier: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return asked["code_challenge_method"] == "S256" and asked["code_challenge"] == challenge


@contextmanager
def serve_provider(now: datetime) -> Iterator[Provider]:
    """Serve a provider on this machine for as long as it is needed."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        provider = Provider(f"http://127.0.0.1:{listening.getsockname()[1]}", now)
        config = uvicorn.Config(Starlette(routes=provider.routes()), log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join()
