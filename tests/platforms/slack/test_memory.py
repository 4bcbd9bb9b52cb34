"""What the adapter remembers of people and threads only spares questions: it is never more certain than Slack."""

from collections.abc import Mapping
from typing import Any

import pytest

from adapters.base import NotStored, Undeliverable
from adapters.slack.api import SlackError
from adapters.slack.people import FORGET_FAILURE_S, FRESH_S, NOBODY, People, Person, person_of
from adapters.slack.rooms import AGAIN_AFTER_S, Rooms
from adapters.slack.us import Us


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Slack:
    """Answers with what is set, and counts the questions."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked = 0

    async def __call__(self, *_: str) -> Any:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def user(name: str, **more: Any) -> Mapping[str, Any]:
    return {"profile": {"real_name": name, "email": "a@example.com"}, "tz": "Asia/Tokyo", "locale": "en-US", **more}


class TestPeople:
    async def test_a_profile_is_fresh_for_an_hour_and_used_while_it_is_renewed(self) -> None:
        clock, slack = Clock(), Slack(user("Old"))
        people = People(slack, clock)
        assert [(await people.about("U1")).name for _ in range(3)] == ["Old"] * 3
        assert slack.asked == 1
        clock.now += FRESH_S + 1
        slack.answer = user("New")
        assert (await people.about("U1")).name == "Old"
        assert (await people._asking["U1"]).name == "New"
        assert (await people.about("U1")).name == "New"

    async def test_a_failure_is_not_repeated_with_every_message(self) -> None:
        clock, slack = Clock(), Slack(SlackError("internal_error"))
        people = People(slack, clock)
        assert [await people.about("U1") for _ in range(3)] == [NOBODY] * 3
        assert slack.asked == 1
        clock.now += FORGET_FAILURE_S + 1
        slack.answer = user("Back")
        await people.about("U1")
        assert (await people._asking["U1"]).name == "Back"

    def test_a_profile(self) -> None:
        assert person_of(user("Lei")) == Person("Lei", "en-US", "Asia/Tokyo", "a@example.com")
        assert person_of({}) == NOBODY

    @pytest.mark.parametrize(
        "sign",
        [
            {"is_stranger": True},
            {"is_restricted": True},
            {"is_ultra_restricted": True},
            {"is_bot": True},
            {"deleted": True},
            {"is_email_confirmed": False},
        ],
        ids=str,
    )
    def test_addresses_that_prove_nothing(self, sign: dict[str, bool]) -> None:
        assert person_of(user("X", **sign)).email == ""


class TestRooms:
    async def test_a_thread_of_others_may_become_ours(self) -> None:
        clock, parent = Clock(), Slack({"text": "lunch?", "user": "U1", "reply_users": ["U2"]})
        rooms = Rooms(Slack("D1"), parent, clock)
        assert [await rooms.takes_part("C1", "1.2", "UBOT") for _ in range(3)] == [False] * 3
        assert parent.asked == 1
        clock.now += AGAIN_AFTER_S + 1
        parent.answer = {"text": "lunch?", "user": "U1", "reply_users": ["U2", "UBOT"]}
        assert [await rooms.takes_part("C1", "1.2", "UBOT") for _ in range(3)] == [True] * 3
        assert parent.asked == 2

    async def test_being_spoken_to_is_known_at_once(self) -> None:
        rooms = Rooms(Slack("D1"), Slack({"text": "lunch?"}))
        assert not await rooms.takes_part("C1", "1.2", "UBOT")
        rooms.note_thread("C1", "1.2")
        assert await rooms.takes_part("C1", "1.2", "UBOT")

    @pytest.mark.parametrize("parent", [{"text": "<@UBOT> hi"}, {"user": "UBOT"}, {"reply_users": ["UBOT"]}], ids=str)
    async def test_how_a_thread_is_ours(self, parent: dict[str, Any]) -> None:
        assert await Rooms(Slack("D1"), Slack(parent)).takes_part("C1", "1.2", "UBOT")

    async def test_what_slack_says_of_threads(self) -> None:
        for error in (SlackError("thread_not_found"), Undeliverable("channel_not_found")):
            assert not await Rooms(Slack("D1"), Slack(error)).takes_part("C1", "1.2", "UBOT")
        with pytest.raises(NotStored):
            await Rooms(Slack("D1"), Slack(SlackError("http_500"))).takes_part("C1", "1.2", "UBOT")

    async def test_a_private_chat_is_opened_once(self) -> None:
        opened = Slack("D9")
        rooms = Rooms(opened, Slack({}))
        assert [await rooms.direct("U9"), await rooms.direct("U9")] == ["D9", "D9"]
        rooms.note_direct("U8", "D8")
        assert await rooms.direct("U8") == "D8"
        assert opened.asked == 1


class TestUs:
    async def test_an_event_says_who_we_are_until_slack_does(self) -> None:
        us = Us(Slack(SlackError("http_500")))
        event = {
            "authorizations": [{"is_bot": False, "user_id": "U1"}, {"is_bot": True, "team_id": "T", "user_id": "B"}]
        }
        assert await us.seen_in(event) == ("T", "B")
        with pytest.raises(NotStored):
            await us.seen_in({})

    async def test_slack_is_asked_once(self) -> None:
        slack = Slack({"team_id": "T", "user_id": "B"})
        us = Us(slack)
        assert [await us.learn(), await us.seen_in({})] == [("T", "B")] * 2
        assert slack.asked == 1
