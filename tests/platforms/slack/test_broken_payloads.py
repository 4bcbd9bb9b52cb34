"""Recorded payloads with one value after the other missing or of another kind: never an exception, never a loss of
what is whole."""

import copy
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import Inbound
from adapters.slack.intake import Intake
from adapters.slack.people import People
from adapters.slack.rooms import Rooms
from adapters.slack.us import Us

PAYLOADS = sorted((Path(__file__).parents[2] / "payloads" / "slack").glob("*.json"))
ODD: tuple[Any, ...] = (None, "", "x", 5, -1, True, [], [None], {}, {"x": []}, "9" * 400)


def recorded(path: Path) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(path.read_text("utf-8"))["payload"]
    return payload


async def _answer(*_: str) -> dict[str, Any]:
    return {"team_id": "T0HOME", "user_id": "U0BOT", "profile": {}, "reply_users": []}


async def _direct(_user: str) -> str:
    return "D1"


def _broken(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in _paths(payload):
        for odd in ODD:
            changed = copy.deepcopy(payload)
            place: Any = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = odd
            yield changed


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from _paths(item, (*path, key))


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
async def test_no_payload_breaks_it(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    heard: list[Inbound] = []

    async def receive(inbound: Inbound) -> None:
        heard.append(inbound)

    intake = Intake(AsyncWebClient("xoxb-1"), Us(_answer), People(_answer), Rooms(_direct, _answer), receive)
    for payload in _broken(recorded(path)):
        answer = await intake.dispatch(payload)
        assert answer.status in (200, 400), payload
    for inbound in heard:
        assert isinstance(inbound.text, str)
        assert inbound.sender_id
        assert inbound.chat_id
        assert inbound.sent_at.tzinfo is not None
