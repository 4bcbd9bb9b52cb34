"""How Slack on loopback delivers: by HTTP or Socket Mode, again and again until it is acknowledged in time."""

import asyncio
import hashlib
import hmac
import json
import time
from io import BytesIO
from urllib.parse import urlencode

from aiohttp import ClientError, ClientTimeout, WSMsgType, web

from tests.fakes.slack_state import (
    APP,
    SIGNING_SECRET,
    Delivery,
    Json,
    State,
)


class Deliveries(State):
    """Delivers, counts late and missing acknowledgements, and ends, cuts and mutes connections."""

    async def deliver(self, payload: Json, kind: str, *, retries: int = 0) -> Delivery:
        """Deliver until it is acknowledged in time, at most ``retries`` times again (as Slack does for events)."""
        delivery = Delivery(payload)
        self.deliveries.append(delivery)
        for attempt in range(retries + 1):
            if attempt:
                await asyncio.sleep(self.retry_after_s[attempt - 1])
            outcome = await self._attempt(delivery, kind, attempt)
            delivery.attempts.append(outcome)
            self._changed.set()
            if outcome == "acked" or outcome.endswith("for good"):
                break
        return delivery

    async def _attempt(self, delivery: Delivery, kind: str, attempt: int) -> str:
        try:
            if self.events_url:
                return await self._post_event(delivery, kind, attempt)
            return await self._send_envelope(delivery, kind, attempt)
        except TimeoutError:
            return "late"
        except (ClientError, ConnectionError, OSError):
            return "lost"

    async def _post_event(self, delivery: Delivery, kind: str, attempt: int) -> str:
        payload = delivery.payload
        form = {"slash_commands": payload, "interactive": {"payload": json.dumps(payload)}}.get(kind)
        body = (json.dumps(payload) if form is None else urlencode(form)).encode()
        headers = self.signed(body)
        headers["Content-Type"] = "application/json" if form is None else "application/x-www-form-urlencoded"
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        assert self._session is not None
        timeout = ClientTimeout(total=self.ack_within_s)
        async with self._session.post(self.events_url, data=BytesIO(body), headers=headers, timeout=timeout) as answer:
            if answer.headers.get("X-Slack-No-Retry") == "1":
                return f"{answer.status} for good"
            said = await answer.text() if answer.content_type == "application/json" else ""
            return delivery.judge(json.loads(said or "{}")) if answer.status < 300 else str(answer.status)

    @staticmethod
    def signed(body: bytes, *, at: float | None = None, secret: str = SIGNING_SECRET) -> dict[str, str]:
        """The headers with which Slack signs a body."""
        timestamp = str(int(time.time() if at is None else at))
        signature = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}"}

    async def _send_envelope(self, delivery: Delivery, kind: str, attempt: int) -> str:
        socket = next((one for one in reversed(self.sockets) if not one.closed), None)
        if socket is None:
            return "lost"
        envelope_id = f"env-{next(self._numbers)}"
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": delivery.payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if attempt:
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout"}
        ack = self._waiting_acks[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await socket.send_json(envelope)
            answer = await asyncio.wait_for(ack, self.ack_within_s)
        finally:
            del self._waiting_acks[envelope_id]
        is_ours = set(answer) <= {"envelope_id", "payload"} and (kind != "events_api" or "payload" not in answer)
        return delivery.judge(answer.get("payload", {})) if is_ours else "malformed"

    async def refresh(self, *, reason: str = "refresh_requested", after_s: float = 1.0) -> None:
        """Announce the end of the present connections, and end them a little later."""
        for socket in [one for one in self.sockets if not one.closed]:
            await socket.send_json({"type": "disconnect", "reason": reason})
            asyncio.get_running_loop().call_later(after_s, lambda s=socket: asyncio.ensure_future(s.close()))

    def cut(self) -> None:
        """Break the present connections without a word."""
        for socket in self.sockets:
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()

    def go_deaf(self) -> None:
        """From now on nothing comes on the present connections, not even answers to pings."""
        self.deaf |= set(self.sockets)

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP}})
        self._changed.set()
        async for frame in socket:
            if socket in self.deaf:
                continue
            if frame.type is WSMsgType.PING:
                await socket.pong(frame.data)
            elif frame.type is WSMsgType.TEXT:
                answer = json.loads(frame.data)
                ack = self._waiting_acks.get(answer.get("envelope_id"))
                if ack is not None and not ack.done():
                    ack.set_result(answer)
        self._changed.set()
        return socket
