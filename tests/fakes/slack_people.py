"""What people do on a Slack on loopback."""

import asyncio
import time
from typing import Any

from tests.fakes.slack_socket import Deliveries
from tests.fakes.slack_state import (
    APP,
    BOT_ID,
    BOT_USER,
    TEAM,
    Delivery,
    Json,
    Message,
)


class People(Deliveries):
    """Writes, presses, commands, fills in forms."""

    async def say(self, user: str, text: str, channel: str = "", *, thread_ts: str = "", **more: Any) -> str:
        """Somebody writes. In a channel a mention of the bot comes twice, with different event ids. Gives the ts."""
        channel = channel or self.direct(user)
        ts = self._ts()
        event: Json = {
            "type": "message",
            "user": user,
            "text": text,
            "ts": ts,
            "channel": channel,
            "team": TEAM,
            **self._from_elsewhere(user),
            **more,
        }
        event["channel_type"] = "im" if channel.startswith("D") else "channel"
        if thread_ts:
            event["thread_ts"] = thread_ts
            event["parent_user_id"] = next((m.user for m in self.messages if m.ts == thread_ts), user)
        self.messages.append(Message(channel, ts, text, thread_ts=thread_ts, user=user))
        outer = {"is_ext_shared_channel": True} if self._from_elsewhere(user) or channel in self.shared else {}
        jobs = [self.event(event, **outer)]
        if f"<@{BOT_USER}>" in text and not channel.startswith("D"):
            mention = {k: v for k, v in event.items() if k != "channel_type"} | {"type": "app_mention"}
            jobs.append(self.event(mention, **outer))
        await asyncio.gather(*jobs)
        return ts

    def _from_elsewhere(self, user: str) -> Json:
        """What tells that the sender belongs to another workspace, in a Slack Connect conversation."""
        team = self.users.get(user, {}).get("team_id", TEAM)
        return {} if team == TEAM else {"team": team, "user_team": team, "source_team": team}

    async def event(self, event: Json, **outer: Any) -> Delivery:
        payload = {
            "token": "verification",
            "team_id": TEAM,
            "api_app_id": APP,
            "type": "event_callback",
            "event_id": f"Ev{next(self._numbers):08d}",
            "event_time": int(time.time()),
            "is_ext_shared_channel": False,
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "event": event,
            **outer,
        }
        return await self.deliver(payload, "events_api", retries=3)

    async def edit(self, ts: str, text: str) -> Delivery:
        """Somebody changes what they wrote."""
        said = next(one for one in self.messages if one.ts == ts)
        before = {"type": "message", "user": said.user, "text": said.text, "ts": ts, "team": TEAM}
        if said.thread_ts:
            before["thread_ts"] = said.thread_ts
        said.text = text
        after = {**before, "text": text, "edited": {"user": said.user, "ts": self._ts()}}
        event = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": self._ts()}
        kind = "im" if said.channel.startswith("D") else "channel"
        return await self.event(
            {**event, "channel": said.channel, "channel_type": kind, "message": after, "previous_message": before}
        )

    async def press(self, user: str, message: Message, label: str) -> Delivery:
        """Somebody presses a button or chooses an option by its label."""
        _, block, element = next(choice for choice in message.choices_ever() if choice[0] == label)
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        action |= {key: element[key] for key in ("value", "selected_option") if key in element}
        payload: Json = {
            "type": "block_actions",
            "user": {
                "id": user,
                "username": user.lower(),
                "team_id": self.users.get(user, {}).get("team_id", TEAM),
            },
            "api_app_id": APP,
            "token": "verification",
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": bool(message.only_for),
            },
            "trigger_id": self._trigger(user),
            "team": {"id": TEAM, "domain": "example"},
            "channel": {"id": message.channel, "name": "directmessage"},
            "actions": [{**action, "action_ts": self._ts()}],
            "response_url": self._response_url(user, message.channel),
        }
        if not message.only_for:
            payload["message"] = {"type": "message", "ts": message.ts, "user": BOT_USER, "bot_id": BOT_ID}
            if message.thread_ts:
                payload["message"]["thread_ts"] = message.thread_ts
        return await self.deliver(payload, "interactive")

    async def command(self, user: str, text: str, channel: str = "") -> Delivery:
        channel = channel or self.direct(user)
        form = {
            "token": "verification",
            "team_id": TEAM,
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D") else "sales",
            "user_id": user,
            "user_name": user.lower(),
            "command": "/crm",
            "text": text,
            "api_app_id": APP,
            "trigger_id": self._trigger(user),
            "response_url": self._response_url(user, channel),
        }
        return await self.deliver(form, "slash_commands")

    async def submit(self, user: str, view: Json, **filled_in: str) -> Delivery:
        """Somebody fills in a modal and sends it off."""
        values: Json = {}
        for block in view["blocks"]:
            element = block["element"]
            state: Json = {"type": element["type"]}
            if element["type"] == "static_select":
                wanted = filled_in.get(block["block_id"])
                option = next((one for one in element["options"] if one["text"]["text"] == wanted), None)
                state["selected_option"] = option or element.get("initial_option")
            else:
                state["value"] = filled_in.get(block["block_id"], element.get("initial_value"))
            values[block["block_id"]] = {element["action_id"]: state}
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "example"},
            "user": {"id": user, "name": user.lower(), "team_id": TEAM},
            "api_app_id": APP,
            "token": "verification",
            "trigger_id": self._trigger(user),
            "view": {**view, "state": {"values": values}},
            "response_urls": [],
        }
        return await self.deliver(payload, "interactive")

    async def open_home(self, user: str) -> Delivery:
        event = {"type": "app_home_opened", "user": user, "channel": self.direct(user), "tab": "home"}
        return await self.event({**event, "event_ts": self._ts()})
