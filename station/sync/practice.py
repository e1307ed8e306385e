"""The practice registry as a web application: the Open Badges 3.0 API over its store and one issuer's keys.

A credential is taken only when its shape and its proof are right, and the answer goes out after the commit.
What is extension and what the standard leaves open is told in docs/practice-registry.md.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import threading
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlencode

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from station.proofs import BadProof, verify
from station.sync.practice_issuer import IssuerFile
from station.sync.practice_roster import RosterFile
from station.sync.practice_shape import BadShape, microseconds, parsed, require_credential
from station.sync.practice_store import CredentialStore

API = "/ims/ob/v3p0"
SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
MAX_BODY = 256 * 1024
TOKEN_SECONDS = 3600
PAGE, MAX_PAGE = 50, 500
_JSON_TYPES = ("application/json", "application/vc+ld+json", "application/ld+json", "application/vc")


class _Tokens:
    """Bearer tokens given out by this process; a restart forgets them, and clients ask for another."""

    def __init__(self, client: str | None, secret: str | None) -> None:
        self._client = client
        self._secret = secret or ""
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}

    @property
    def required(self) -> bool:
        return self._client is not None

    def known(self, client: str, secret: str) -> bool:
        """Whether this client may have a token; without a configured client, any may."""
        if self._client is None:
            return True
        right = hmac.compare_digest(client.encode(), self._client.encode())
        return hmac.compare_digest(secret.encode(), self._secret.encode()) and right

    def give(self) -> str:
        token, now = secrets.token_urlsafe(32), time.monotonic()
        with self._lock:
            self._until = {one: until for one, until in self._until.items() if until > now}
            self._until[token] = now + TOKEN_SECONDS
        return token

    def valid(self, header: str) -> bool:
        kind, _, token = header.partition(" ")
        with self._lock:
            return kind.lower() == "bearer" and self._until.get(token.strip(), 0) > time.monotonic()


def create_app(
    store: CredentialStore,
    issuer: IssuerFile,
    client: str | None = None,
    secret: str | None = None,
    roster: RosterFile | None = None,
) -> Flask:
    """The application. With a client and secret, credentials and the roster are only for holders of a token."""
    app = Flask("station-practice-registry", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    tokens = _Tokens(client, secret)

    @app.before_request
    def guard() -> Response | None:
        if request.path.startswith((f"{API}/credentials", f"{API}/profile", f"{API}/roster")) and tokens.required:
            if tokens.valid(request.headers.get("Authorization", "")):
                return None
            refused = _status(HTTPStatus.UNAUTHORIZED, "a valid bearer token is required")
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        return None

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        return _status(error.code or 500, error.description or error.name)

    @app.get("/healthz")
    def healthz() -> Response:
        return _json({"ok": True, "credentials": store.page(1, 0).total})

    @app.get("/issuer")
    def issuer_document() -> Response:
        return _json(dict(issuer.current()[0]))

    @app.get(f"{API}/profile")
    def profile() -> Response:
        return _json(dict(issuer.current()[0]))

    @app.get(f"{API}/discovery")
    def discovery() -> Response:
        answer = _json(_description(request.url_root.rstrip("/"), roster is not None))
        answer.headers["Cache-Control"] = "max-age=60"
        return answer

    @app.post("/oauth/token")
    def token() -> Response:
        if request.form.get("grant_type") != "client_credentials":
            return _json({"error": "unsupported_grant_type"}, HTTPStatus.BAD_REQUEST)
        if not tokens.known(*_client_of()):
            return _json({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED)
        given = {
            "access_token": tokens.give(),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": f"{SCOPE}credential.upsert {SCOPE}credential.readonly {SCOPE}profile.readonly",
        }
        answer = _json(given)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @app.post(f"{API}/credentials")
    def upsert() -> Response:
        if (request.mimetype or "") not in _JSON_TYPES:
            return _status(HTTPStatus.BAD_REQUEST, "send JSON; compact JWS is not taken here")
        body = request.get_data()
        try:
            document = parsed(body)
            require_credential(document)
            _require_proof(document, issuer)
        except (BadShape, BadProof) as fault:
            return _status(HTTPStatus.BAD_REQUEST, f"{fault.path}: {fault.why}")
        created = store.put(
            unquote(_issuer_of(document)).strip(),
            unquote(document["id"]).strip(),
            microseconds(document["validFrom"]),
            body.decode("utf-8"),
        )
        return Response(body, HTTPStatus.CREATED if created else HTTPStatus.OK, mimetype=request.mimetype)

    @app.get(f"{API}/credentials")
    def listed() -> Response:
        try:
            limit = _whole("limit", PAGE, 1, MAX_PAGE)
            offset = _whole("offset", 0, 0, 2**31)
            since = microseconds(request.args["since"]) if "since" in request.args else None
        except ValueError as error:
            return _status(HTTPStatus.BAD_REQUEST, str(error))
        wanted = request.args.get("id")
        page = store.page(limit, offset, since, unquote(wanted).strip() if wanted else None)
        answer = Response(
            '{"credential":[' + ",".join(page.bodies) + '],"compactJwsString":[]}',
            mimetype="application/json",
        )
        return _paged(answer, limit, offset, page.total)

    if roster is not None:

        @app.get(f"{API}/roster")
        def people() -> Response:
            try:
                limit = _whole("limit", PAGE, 1, MAX_PAGE)
                offset = _whole("offset", 0, 0, 2**31)
            except ValueError as error:
                return _status(HTTPStatus.BAD_REQUEST, str(error))
            answer = Response(roster.page(limit, offset), mimetype="application/json")
            answer.headers["Cache-Control"] = "no-store"
            return _paged(answer, limit, offset, len(roster))

    return app


def _paged(answer: Response, limit: int, offset: int, total: int) -> Response:
    """The answer with its place among all pages."""
    answer.headers["X-Total-Count"] = str(total)
    answer.headers["Link"] = _links(limit, offset, total)
    return answer


def _require_proof(document: dict[str, Any], issuer: IssuerFile) -> None:
    profile, keys = issuer.current()
    if _issuer_of(document) != profile["id"]:
        raise BadShape("$.issuer.id", "this registry does not know that issuer")
    verify(document, keys)


def _issuer_of(document: dict[str, Any]) -> str:
    issuer = document["issuer"]
    return str(issuer if isinstance(issuer, str) else issuer["id"])


def _json(value: Any, status: int = HTTPStatus.OK) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, mimetype="application/json")


def _status(status: int, description: str) -> Response:
    """The standard's error object."""
    return _json({"imsx_codeMajor": "failure", "imsx_severity": "error", "imsx_description": description}, status)


def _whole(name: str, default: int, least: int, most: int) -> int:
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text)):
        raise ValueError(f"{name} must be a whole number from {least} to {most}")
    return min(int(text), most)


def _links(limit: int, offset: int, total: int) -> str:
    """The Link header: first, last, and where they exist next and prev."""
    last = max(0, (total - 1) // limit * limit)
    places = {"first": 0, "last": last}
    if offset + limit < total:
        places["next"] = offset + limit
    if offset > 0:
        places["prev"] = max(0, offset - limit)
    kept = {name: value for name, value in request.args.items() if name in ("since", "id")}
    return ", ".join(
        f'<{request.base_url}?{urlencode({**kept, "limit": limit, "offset": place})}>; rel="{name}"'
        for name, place in places.items()
    )


def _client_of() -> tuple[str, str]:
    """The client and secret of a token request: HTTP Basic, or in the form."""
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("basic "):
        try:
            client, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
            return client, secret
        except ValueError:
            return "", ""
    return request.form.get("client_id", ""), request.form.get("client_secret", "")


def _description(root: str, has_roster: bool) -> dict[str, Any]:
    """The service description: what is really here, and no more."""
    people = {"get": {"operationId": "getRoster", "responses": {"200": {"description": "A page of people."}}}}
    scopes = {f"{SCOPE}{name}": text for name, text in _SCOPES.items()}
    return {
        "openapi": "3.0.1",
        "info": {
            "title": "Practice badge registry",
            "version": "3.0",
            "description": "For practice on this computer only; nothing here is a real badge.",
        },
        "servers": [{"url": f"{root}{API}"}],
        "components": {
            "securitySchemes": {
                "OAuth2ACG": {
                    "type": "oauth2",
                    "description": "Client credentials, an extension agreed with the station.",
                    "flows": {"clientCredentials": {"tokenUrl": f"{root}/oauth/token", "scopes": scopes}},
                }
            }
        },
        "paths": {
            "/credentials": {
                "get": {"operationId": "getCredentials", "responses": {"200": {"description": "A page."}}},
                "post": {
                    "operationId": "upsertCredential",
                    "responses": {"200": {"description": "Replaced."}, "201": {"description": "Created."}},
                },
            },
            "/profile": {"get": {"operationId": "getProfile", "responses": {"200": {"description": "It."}}}},
            **({"/roster": people} if has_roster else {}),
        },
    }


_SCOPES = {
    "credential.upsert": "Put credentials",
    "credential.readonly": "Read credentials",
    "profile.readonly": "Read the issuer's profile",
}
