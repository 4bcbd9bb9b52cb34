"""Slack's Web API on loopback: as strict about tokens, blocks and lengths, and as moody."""

import asyncio
import json
import time
from typing import Any

from aiohttp import web

from tests.fakes.slack_blocks import problems, text_size, view_problems
from tests.fakes.slack_state import (
    APP_TOKEN,
    BOT_ID,
    BOT_TOKEN,
    BOT_USER,
    TEAM,
    Fault,
    Json,
    Message,
    State,
)


class WebApi(State):
    """The methods that the bot calls."""

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        self._changed.set()
        fault = self._fault(method, arguments)
        if fault is not None:
            if fault.delay_s:
                await asyncio.sleep(fault.delay_s)
            if fault.cut != "after" and (fault.cut or fault.error or fault.status != 200):
                return self._break(request, fault)
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            return _refuse("not_authed")
        if token != expected:
            return _refuse("invalid_auth" if token[:4] == expected[:4] else "not_allowed_token_type")
        handle = getattr(self, "_do_" + method.replace(".", "_"), None)
        if handle is None:
            return _refuse("unknown_method")
        answer = handle(arguments)
        self._changed.set()
        if fault is not None and fault.cut == "after":
            return self._break(request, fault)
        if answer.get("error") == "ratelimited":
            return web.json_response(answer, status=429, headers={"Retry-After": "1"})
        return web.json_response(answer)

    def _fault(self, method: str, arguments: Json) -> Fault | None:
        for fault in self.faults[method]:
            if fault.times > 0 and fault.channel in ("", arguments.get("channel")):
                fault.times -= 1
                return fault
        return None

    @staticmethod
    def _break(request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.cut:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        if fault.status >= 500:
            return web.Response(status=fault.status, text="<html>upstream</html>", content_type="text/html")
        error = fault.error or ("ratelimited" if fault.status == 429 else "fatal_error")
        return web.json_response({"ok": False, "error": error}, status=fault.status, headers=headers)

    def _do_auth_test(self, arguments: Json) -> Json:
        return _ok(
            team_id=TEAM, user_id=BOT_USER, bot_id=BOT_ID, team="Example", user="crmbot", url="https://e.example"
        )

    def _do_apps_connections_open(self, arguments: Json) -> Json:
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return _ok(url=self.base_url.replace("http://", "ws://").removesuffix("api/") + f"link/{ticket}")

    def _do_users_info(self, arguments: Json) -> Json:
        user = self.users.get(arguments.get("user", ""))
        if user is None:
            return {"ok": False, "error": "user_not_found"}
        wanted = str(arguments.get("include_locale")).lower() in ("1", "true")
        return _ok(user=user if wanted else {key: value for key, value in user.items() if key != "locale"})

    def _do_conversations_open(self, arguments: Json) -> Json:
        user = arguments.get("users", "")
        if user not in self.users:
            return {"ok": False, "error": "user_not_found"}
        return _ok(channel={"id": self.direct(user)})

    def _do_conversations_replies(self, arguments: Json) -> Json:
        channel, ts = arguments.get("channel"), arguments.get("ts")
        parent = next((one for one in self.messages if one.channel == channel and one.ts == ts), None)
        if parent is None:
            return {"ok": False, "error": "thread_not_found"}
        users = list(dict.fromkeys(one.user for one in self.messages if one.thread_ts == ts))
        return _ok(messages=[{"ts": ts, "user": parent.user, "text": parent.text, "reply_users": users}])

    def _do_chat_postMessage(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        return self._refusal(arguments) or self._posted(arguments)

    def _do_chat_postEphemeral(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        refusal = self._refusal(arguments)
        if refusal is None and arguments.get("user") not in self.members[arguments["channel"]]:
            refusal = {"ok": False, "error": "user_not_in_channel"}
        return refusal or self._posted(arguments, only_for=arguments["user"])

    def _do_chat_update(self, arguments: Json) -> Json:
        if arguments.get("channel", "")[:1] not in "CDG":
            return {"ok": False, "error": "channel_not_found"}
        message = next((one for one in self.messages if one.ts == arguments.get("ts") and not one.only_for), None)
        if message is None or message.channel != arguments["channel"]:
            return {"ok": False, "error": "message_not_found"}
        refusal = self._refusal(arguments, most=4000)
        if refusal is not None:
            return refusal
        message.first = message.first or message.blocks
        message.text, message.blocks = arguments["text"], arguments.get("blocks") or []
        message.updates += 1
        return _ok(channel=message.channel, ts=message.ts, text=message.text)

    def _do_views_open(self, arguments: Json) -> Json:
        user, until = self._triggers.pop(arguments.get("trigger_id", ""), ("", 0.0))
        if not user:
            return {"ok": False, "error": "exchanged_trigger_id"}
        if time.monotonic() > until:
            return {"ok": False, "error": "expired_trigger_id"}
        wrong = view_problems(_parsed(arguments.get("view")))
        if wrong:
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": wrong}}
        view = {**_parsed(arguments["view"]), "id": f"V{next(self._numbers):08d}", "hash": f"{time.time()}.x"}
        self.views.append(view)
        return _ok(view=view)

    def _do_views_publish(self, arguments: Json) -> Json:
        view = _parsed(arguments.get("view"))
        if arguments.get("user_id") not in self.users or view_problems(view):
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": view_problems(view)}}
        self.homes[arguments["user_id"]] = view
        return _ok(view={**view, "id": f"V{next(self._numbers):08d}"})

    def _refusal(self, arguments: Json, most: int = 40_000) -> Json | None:
        """Why a message is not taken, or None."""
        channel, text, blocks = arguments.get("channel", ""), arguments.get("text", ""), arguments.get("blocks") or []
        if channel in self.closed:
            return {"ok": False, "error": self.closed[channel]}
        if channel[:1] not in "CDGUW" or (channel[:1] == "U" and channel not in self.users):
            return {"ok": False, "error": "channel_not_found"}
        if not text:
            return {"ok": False, "error": "no_text"}
        wrong = problems(blocks)
        if wrong:
            return {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": wrong}}
        if len(text) > most:
            return {"ok": False, "error": "msg_too_long"}
        return {"ok": False, "error": "msg_blocks_too_long"} if text_size(blocks) > 13_000 else None

    def _posted(self, arguments: Json, only_for: str = "") -> Json:
        channel = arguments["channel"]
        channel = self.direct(channel) if channel[:1] in "UW" else channel
        now = time.monotonic()
        if now - self._last_post.get(channel, 0.0) < self.per_channel_s * 0.9:
            return {"ok": False, "error": "ratelimited"}
        self._last_post[channel] = now
        message = Message(
            channel=channel,
            ts=self._ts(),
            text=arguments["text"],
            blocks=arguments.get("blocks") or [],
            thread_ts=arguments.get("thread_ts") or "",
            only_for=only_for,
        )
        self.messages.append(message)
        return _ok(message_ts=message.ts) if only_for else _ok(channel=channel, ts=message.ts)

    def _response_url(self, user: str, channel: str) -> str:
        """Where what somebody did in a channel may be answered some times, whoever is in it."""
        ticket = f"answer-{next(self._numbers)}"
        self._answers[ticket] = (user, channel, self.answers_each)
        return self.base_url.removesuffix("api/") + f"respond/{ticket}"

    async def _respond(self, request: web.Request) -> web.Response:
        ticket, said = request.match_info["ticket"], await request.json()
        user, channel, left = self._answers.get(ticket, ("", "", 0))
        if not left:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        if said.get("response_type") != "ephemeral" or not said.get("text") or problems(said.get("blocks") or []):
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        self._answers[ticket] = (user, channel, left - 1)
        blocks = said.get("blocks") or []
        self.messages.append(Message(channel=channel, ts=self._ts(), text=said["text"], blocks=blocks, only_for=user))
        self._changed.set()
        return web.Response(text="ok")

    def _do_files_getUploadURLExternal(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        if not arguments.get("filename") or not str(arguments.get("length", "")).isdigit():
            return {"ok": False, "error": "invalid_arguments"}
        file = f"F{next(self._numbers):08d}"
        self.files[file] = {"length": int(arguments["length"]), "bytes": b"", "shared": None}
        return _ok(file_id=file, upload_url=self.base_url.removesuffix("api/") + f"upload/{file}")

    def _do_files_info(self, arguments: Json) -> Json:
        file = self.files.get(arguments.get("file", ""))
        if file is None:
            return {"ok": False, "error": "file_not_found"}
        address = self.base_url.removesuffix("api/") + f"files/{arguments['file']}"
        shown = {"id": arguments["file"], "size": len(file["bytes"]), "mimetype": "text/csv"}
        return _ok(file={**shown, "url_private_download": address})

    async def _give_file(self, request: web.Request) -> web.Response:
        """The content, with the token; without it a page to sign in, with status 200."""
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}" or not self.shows_files:
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        file = self.files.get(request.match_info["file"])
        return web.Response(body=file["bytes"], content_type="text/csv") if file else web.Response(status=404)

    async def _receive_file(self, request: web.Request) -> web.Response:
        self.files[request.match_info["file"]]["bytes"] = await request.read()
        return web.Response(text="OK")

    def _do_files_completeUploadExternal(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        files = arguments.get("files")
        listed: list[Json] = json.loads(files) if isinstance(files, str) else files or []
        for item in listed:
            file = self.files.get(item.get("id", ""))
            if file is None or len(file["bytes"]) != file["length"]:
                return {"ok": False, "error": "file_not_found"}
            if arguments.get("channel_id", "")[:1] not in "CDG":
                return {"ok": False, "error": "channel_not_found"}
            file["shared"] = {key: value for key, value in arguments.items() if key != "files"}
        return _ok(files=listed)


async def _arguments(request: web.Request) -> Json:
    """A method's arguments: in the address, a form or JSON, as its client likes."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
    elif request.can_read_body:
        found |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    if isinstance(found.get("blocks"), str):
        found["blocks"] = json.loads(found["blocks"])
    return found


def _parsed(view: Any) -> Json:
    found: Json = json.loads(view) if isinstance(view, str) else view or {}
    return found


def _ok(**answer: Any) -> Json:
    return {"ok": True, **answer}


def _refuse(error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error})
