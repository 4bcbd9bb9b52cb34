"""What Slack knows of the people who write: name, language, time zone, e-mail. Asked for once an hour."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

log = logging.getLogger(__name__)

FRESH_S = 3600.0
FORGET_FAILURE_S = 60.0
PATIENCE_S = 0.8  # a message has to be acknowledged within 3 s: later it goes on without what is not known yet
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Person:
    """``email`` only where Slack vouches for it and the person belongs to this workspace. ``is_outside``: of another
    organisation, or a guest."""

    name: str = ""
    language: str | None = None
    timezone: str | None = None
    email: str = ""
    is_outside: bool = False


Fetch: TypeAlias = Callable[[str], Awaitable[Mapping[str, Any]]]
NOBODY = Person()


class People:
    """Profiles by user id. ``fetch`` gives Slack's user object."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, tuple[float, Person]] = {}
        self._asking: dict[str, asyncio.Task[Person]] = {}

    async def about(self, user: str) -> Person:
        """The person; an empty one where Slack does not answer in time. An old profile is used while it is renewed."""
        until, person = self._known.get(user, (0.0, None))
        if person is not None and until > self._clock():
            return person
        asking = self._asking.get(user) or self._ask(user)
        if person is not None:
            return person
        try:
            return await asyncio.wait_for(asyncio.shield(asking), PATIENCE_S)
        except TimeoutError:
            return NOBODY

    def language_of(self, user: str) -> str | None:
        """As far as it is known already."""
        return self._known.get(user, (0.0, NOBODY))[1].language

    def _ask(self, user: str) -> asyncio.Task[Person]:
        task = asyncio.get_running_loop().create_task(self._learn(user))
        self._asking[user] = task
        task.add_done_callback(lambda _task: self._asking.pop(user, None))
        return task

    async def _learn(self, user: str) -> Person:
        try:
            person, fresh_s = person_of(await self._fetch(user)), FRESH_S
        except Exception as error:
            log.warning("no profile from Slack: %s", type(error).__name__)
            person, fresh_s = self._known.get(user, (0.0, NOBODY))[1], FORGET_FAILURE_S
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[user] = (self._clock() + fresh_s, person)
        return person


def person_of(user: Mapping[str, Any]) -> Person:
    """Slack's user object as a person."""
    profile = user.get("profile") or {}
    # People of other organisations, guests of ours and robots cannot be trusted to be who their address says.
    is_outside = any(user.get(sign) for sign in ("is_stranger", "is_restricted", "is_ultra_restricted", "is_bot"))
    vouched = not is_outside and not user.get("deleted") and user.get("is_email_confirmed") is not False
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return Person(
        name=next((str(name) for name in names if name), ""),
        language=str(user["locale"]) if user.get("locale") else None,
        timezone=str(user["tz"]) if user.get("tz") else None,
        email=str(profile.get("email") or "") if vouched else "",
        is_outside=is_outside,
    )
