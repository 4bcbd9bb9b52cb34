"""Slack's payloads to `Inbound` and `Outbound` to Slack's payloads, without any connection."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.base import Attachment, Button, Inbound, Outbound
from adapters.slack.inbound import Scene, thread_to_check, to_inbound
from adapters.slack.outbound import split, to_payload, to_update
from adapters.slack.text import decode, escape, length, pieces, shorten
from tests.fakes.slack import Message
from tests.fakes.slack_blocks import problems, text_size

PAYLOADS = sorted((Path(__file__).parents[2] / "payloads" / "slack").glob("*.json"))
NOON = datetime(2026, 11, 23, tzinfo=UTC).replace(microsecond=100)
SCENE = Scene(team="T0HOME", user="U0BOT", received_at=NOON)
PLAIN = Outbound(platform="slack", chat_id="U0REP", text="已保存")


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_recorded_payload(path: Path) -> None:
    recorded = json.loads(path.read_text("utf-8"))
    assert to_inbound(recorded["payload"], replace(SCENE, **recorded.get("scene", {}))) == _inbound(recorded["inbound"])


def _inbound(data: dict[str, Any] | None) -> Inbound | None:
    if data is None:
        return None
    attachments = tuple(Attachment(**item) for item in data.get("attachments", ()))
    return Inbound(**{**data, "sent_at": datetime.fromisoformat(data["sent_at"]), "attachments": attachments})


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_threads_are_looked_up_only_where_it_matters(path: Path) -> None:
    payload = json.loads(path.read_text("utf-8"))["payload"]
    wanted = path.stem in ("thread_of_others", "thread_with_us_without_mention")
    assert thread_to_check(payload, SCENE) == (("C1", "1795391000.000200") if wanted else None)


def test_both_forms_of_a_mention_are_one_message() -> None:
    both = [path for path in PAYLOADS if path.stem.startswith("channel_mention_as_")]
    first, second = (to_inbound(json.loads(path.read_text("utf-8"))["payload"], SCENE) for path in both)
    assert first == second


def test_a_plain_message() -> None:
    assert to_payload(PLAIN) == {
        "channel": "U0REP",
        "text": "已保存",
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "已保存", "emoji": False}}],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_a_heading_stands_out() -> None:
    message = replace(PLAIN, text="华东 · 管道*\n方案制定　1", has_heading=True)
    blocks = to_payload(message)["blocks"]
    assert problems(blocks) == []
    assert blocks[0]["text"]["text"] == "*华东 · 管道\u2060*\u2060*"
    assert blocks[1]["text"] == {"type": "plain_text", "text": "方案制定　1", "emoji": False}


def test_buttons_stand_in_rows_of_five() -> None:
    buttons = tuple(Button(f"7.{n}", f"选项 {n}", "primary" if n == 0 else "") for n in range(7))
    blocks = to_payload(replace(PLAIN, buttons=buttons))["blocks"]
    assert [len(block["elements"]) for block in blocks[1:]] == [5, 2]
    assert blocks[1]["elements"][0] == {
        "type": "button",
        "action_id": "7.0",
        "value": "7.0",
        "text": {"type": "plain_text", "text": "选项 0", "emoji": True},
        "style": "primary",
    }
    assert "style" not in blocks[1]["elements"][1]
    assert problems(blocks) == []


def test_many_buttons_become_a_list_to_choose_from() -> None:
    buttons = (*(Button(f"7.{n}", f"客户 {n}") for n in range(120)), Button("7.120", "取消", "danger"))
    blocks = to_payload(replace(PLAIN, buttons=buttons))["blocks"]
    assert [block["elements"][0]["type"] for block in blocks[1:]] == ["static_select", "static_select", "button"]
    assert problems(blocks) == []
    assert [label for label, *_ in Message("C1", "1", "", blocks).choices()] == [button.label for button in buttons]


def test_a_long_label_is_cut() -> None:
    label = to_payload(replace(PLAIN, buttons=(Button("1.0", "长" * 90),)))["blocks"][1]["elements"][0]["text"]["text"]
    assert label == "长" * 74 + "…"


def test_thread_and_only_for() -> None:
    in_thread = replace(PLAIN, chat_id="C1", thread_id="1.2")
    assert to_payload(in_thread)["thread_ts"] == "1.2"
    alone = to_payload(replace(in_thread, only_for="T0OTHER:U9"))
    assert (alone["channel"], alone["user"], alone["thread_ts"]) == ("C1", "U9", "1.2")
    assert "user" not in to_payload(replace(PLAIN, only_for="U0REP"))


def test_what_was_sent_gets_other_buttons() -> None:
    in_thread = replace(PLAIN, chat_id="C1", thread_id="1.2", buttons=(Button("1.0", "好"),))
    update = to_update(in_thread, "3.4")
    assert update is not None
    assert (update["channel"], update["ts"], update.get("thread_ts")) == ("C1", "3.4", None)
    assert [block["type"] for block in update["blocks"]] == ["section", "actions"]
    long = to_update(replace(PLAIN, text="\n".join(f"第 {n} 行：客户谈了很久" for n in range(900))), "3.4")
    assert long is not None
    assert (long["text"].endswith("第 899 行：客户谈了很久"), "第 0 行" in long["text"]) == (True, False)
    assert problems(long["blocks"]) == []
    assert to_update(replace(in_thread, only_for="U9"), "3.4") is None, "Slack has nothing to change"
    assert to_update(replace(PLAIN, chat_id="C1/U0REP"), "3.4") is None


def test_a_corner_of_a_channel_is_seen_by_one_person_only() -> None:
    payload = to_payload(replace(PLAIN, chat_id="C1/U0REP", buttons=(Button("7.0", "保存"),)))
    assert (payload["channel"], payload["user"]) == ("C1", "U0REP")
    assert payload["blocks"][1]["block_id"] == "corner:C1:0"


@pytest.mark.parametrize(
    "typed",
    [
        "<!channel> <!here> <@U0MGR> <#C1> <https://evil.example|click> <!date^1^{date}|x>",
        "A&B &lt; &amp;lt; <b>bold</b>",
        "*bold* _italic_ ~strike~ `code` ```block``` > quote <x>",
        "*bold* _italic_ ~strike~ `code`",
        "- list\n• list\n1. list\n> quote",
    ],
)
def test_what_people_type_is_shown_as_typed(typed: str) -> None:
    payload = to_payload(replace(PLAIN, text=typed))
    assert problems(payload["blocks"]) == []
    assert Message("C1", "1", "", payload["blocks"]).shown == typed
    assert decode(payload["text"]) == typed
    for text in (payload["text"], payload["blocks"][0]["text"]["text"]):
        if "&" in escape(typed):
            assert "<" not in text
    section = payload["blocks"][0]["text"]
    assert section["type"] == "plain_text" or not any(f"\n{sign}" in section["text"] for sign in "*_~`")


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=300), st.integers(20, 60))
@settings(max_examples=200, deadline=None)
def test_pieces_keep_the_text_and_cut_no_entity(text: str, limit: int) -> None:
    cut = list(pieces(escape(text), limit))
    assert all(0 < length(piece) <= limit for piece in cut)
    assert not any(piece.rpartition("&")[1] and ";" not in piece.rpartition("&")[2] for piece in cut)
    assert "".join("".join(cut).split()) == "".join(escape(text).split()) or not text.strip()


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12_000))
@settings(max_examples=50, deadline=None)
def test_any_text_makes_messages_that_slack_takes(text: str) -> None:
    for part in split(replace(PLAIN, text=text, buttons=(Button("1.0", text[:200]),))):
        payload = to_payload(part)
        assert problems(payload["blocks"]) == []
        assert 1 <= length(payload["text"]) <= 4000
        assert text_size(payload["blocks"]) <= 13_000


def test_a_long_text_is_split_and_its_buttons_come_last() -> None:
    text = "\n".join(f"第 {n} 行：客户谈了很久" for n in range(900))
    parts = split(replace(PLAIN, text=text, buttons=(Button("1.0", "好"),)))
    assert len(parts) > 2
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert "\n".join(part.text for part in parts) == text


def test_shortening_counts_as_slack_may() -> None:
    assert shorten("🤝" * 40, 75) == "🤝" * 37 + "…"
    assert shorten("短", 75) == "短"
