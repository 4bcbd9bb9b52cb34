"""The HTTP path on which Slack calls us, and the check that it is Slack."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/slack/events"
MAX_BODY = 8 * 2**20

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")

Dispatch: TypeAlias = Callable[[dict[str, Any]], Awaitable[BoltResponse]]


def route(signing_secret: str, dispatch: Dispatch) -> Route:
    """``POST /slack/events`` for events, buttons and commands."""
    verifier = SignatureVerifier(signing_secret)

    async def events(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return Response(status_code=413)
        text = _signed(verifier, request, body)
        payload = None if text is None else _payload(text, request.headers.get("content-type", ""))
        if payload is None:
            return Response(status_code=401)
        answer = await dispatch(payload)
        return Response(answer.body, answer.status, answer.first_headers())

    return Route(PATH, events, methods=["POST"])


async def _read(request: Request) -> bytes | None:
    """The body, or None where it is larger than anything Slack sends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _signed(verifier: SignatureVerifier, request: Request, body: bytes) -> str | None:
    """The body as text where Slack signed it within the last five minutes.

    The verifier compares in constant time, but fails with an exception on a timestamp with letters and on signatures
    outside of ASCII: whatever does not look like Slack's is refused before.
    """
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)):
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if verifier.is_valid(text, timestamp, signature) else None


def _payload(text: str, content_type: str) -> dict[str, Any] | None:
    """Events are JSON; buttons are JSON in the field ``payload`` of a form; commands are a form."""
    try:
        if "json" in content_type or text.startswith("{"):
            payload = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True))
            payload = json.loads(form["payload"]) if "payload" in form else form
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None
