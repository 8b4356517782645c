"""Signing in by OpenID Connect: the one place that talks to the sign-in service.

Authorization code with PKCE, a state and a nonce. What the service is and which keys it
signs with is asked anew each time, so that it may change keys whenever it wants. The libraries
for it are imported when somebody signs in so, since few workplaces do.

Source:
    OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE); RFC 9207 (issuer told).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from motbild.errors import MotbildError

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]

# No symmetric one: the secret of a client would then sign for the service.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_DISCOVERY = "/.well-known/openid-configuration"
_SCOPE = "openid profile email"
_PATIENCE_SECONDS = 10
_CLOCKS_DIFFER_SECONDS = 60


class SignInError(MotbildError):
    """The sign-in service did not vouch for anybody.

    Attributes:
        reason: A word for the log, such as ``nonce``; nothing that was sent.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"Signing in by the service failed ({reason}); begin again.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SignInBegun:
    """What must be remembered from the browser's leaving until it comes back.

    Attributes:
        address: Where the browser is sent.
        redirect_uri: Where it comes back to.
        state: What it must bring.
        nonce: What the token must hold.
        verifier: What proves that the code was asked for here.
    """

    address: str
    redirect_uri: str
    state: str
    nonce: str
    verifier: str


class SignInService:
    """An OpenID Connect service that vouches for who somebody is."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret

    def begin(self, redirect_uri: str) -> SignInBegun:
        """Prepare a way to the service.

        Raises:
            SignInError: It cannot be reached, or is not what it says it is.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client(redirect_uri) as client:
            endpoint = self._describe(client)["authorization_endpoint"]
            address, _ = client.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        return SignInBegun(address, redirect_uri, state, nonce, verifier)

    def finish(
        self, begun: SignInBegun, answer: Mapping[str, str], now: datetime
    ) -> Mapping[str, Any]:
        """Return what the service says of whoever came back.

        Args:
            begun: What was remembered.
            answer: What the browser brought.
            now: Time-zone-aware moment.

        Raises:
            SignInError: It vouches for nobody, or what it says does not hold.
        """
        _check_answer(begun, answer, self.issuer)
        with self._client(begun.redirect_uri) as client:
            described = self._describe(client)
            id_token = self._exchange(client, described, begun, answer["code"])
            keys = _fetch_json(client, described["jwks_uri"], "keys")
        claims = _read_token(id_token, keys)
        self._check_claims(claims, begun.nonce, now)
        return claims

    def _client(self, redirect_uri: str) -> "OAuth2Client":
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret,
            scope=_SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=_PATIENCE_SECONDS,
        )

    def _describe(self, client: "OAuth2Client") -> Mapping[str, Any]:
        told = _fetch_json(client, self.issuer.rstrip("/") + _DISCOVERY, "discovery")
        if told.get("issuer") != self.issuer:
            raise SignInError("foreign-issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not _is_safe(told.get(name), self.issuer):
                raise SignInError("discovery")
        return told

    def _exchange(
        self, client: "OAuth2Client", described: Mapping[str, Any], begun: SignInBegun, code: str
    ) -> str:
        import httpx2
        from authlib.integrations.base_client.errors import (  # type: ignore[import-untyped]
            OAuthError,
        )

        known = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self._client_secret and "client_secret_basic" not in known:
            client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - a method
        try:
            told = client.fetch_token(
                described["token_endpoint"],
                code=code,
                grant_type="authorization_code",
                code_verifier=begun.verifier,
            )
        except (httpx2.HTTPError, OAuthError, ValueError) as error:
            raise SignInError("code") from error
        id_token = told.get("id_token")
        if not isinstance(id_token, str):
            raise SignInError("no-token")
        return id_token

    def _check_claims(self, claims: Mapping[str, Any], nonce: str, now: datetime) -> None:
        from joserfc import jwt
        from joserfc.errors import ClaimError

        audience = claims.get("aud")
        is_shared = isinstance(audience, list) and len(audience) > 1
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_CLOCKS_DIFFER_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client_id},
            azp={"essential": is_shared, "value": self._client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            registry.validate(dict(claims))
        except ClaimError as error:
            raise SignInError(str(error.claim)) from error


def _check_answer(begun: SignInBegun, answer: Mapping[str, str], issuer: str) -> None:
    if not compare_digest(answer.get("state", "").encode(), begun.state.encode()):
        raise SignInError("state")
    if answer.get("iss", issuer) != issuer:
        raise SignInError("foreign-issuer")
    if "error" in answer or not answer.get("code"):
        raise SignInError("denied")


def _fetch_json(client: "OAuth2Client", address: str, reason: str) -> dict[str, Any]:
    import httpx2

    try:
        answer = client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        told = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise SignInError(reason) from error
    if not isinstance(told, dict):
        raise SignInError(reason)
    return told


def _read_token(id_token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        known = KeySet.import_key_set(keys)  # type: ignore[arg-type]
        return dict(jwt.decode(id_token, known, algorithms=ALGORITHMS).claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise SignInError("signature") from error


def _is_safe(address: object, issuer: str) -> bool:
    """Tell whether an address keeps secrets as well as the issuer's does."""
    try:
        scheme = urlsplit(address).scheme if isinstance(address, str) else ""
    except ValueError:
        return False
    return scheme in ("https", urlsplit(issuer).scheme)
