"""Who the bot is on Slack: its workspace and its user there."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from adapters.base import NotStored
from adapters.slack.api import NO_METHOD, code_of

PATIENCE_S = 2.0


class Us:
    """``ask`` gives the answer of auth.test. Team and user, once known, stay."""

    def __init__(self, ask: Callable[[], Awaitable[Mapping[str, Any]]]) -> None:
        self._ask = ask
        self._known: tuple[str, str] | None = None

    async def learn(self) -> tuple[str, str]:
        """Workspace and user, from Slack. Raises what asking raises."""
        if self._known is None:
            answer = await self._ask()
            self._known = str(answer.get("team_id") or ""), str(answer.get("user_id") or "")
        return self._known

    async def seen_in(self, payload: Mapping[str, Any]) -> tuple[str, str]:
        """Workspace and user, by what an event says where Slack has not been asked yet.

        Raises `NotStored` when neither tells: without it we might answer ourselves, or hear what is not for us.
        """
        if self._known is not None:
            return self._known
        for installation in payload.get("authorizations") or ():
            if installation.get("is_bot") and installation.get("user_id") and installation.get("team_id"):
                return str(installation["team_id"]), str(installation["user_id"])
        try:
            return await asyncio.wait_for(self.learn(), PATIENCE_S)
        except Exception as error:
            if code_of(error) in NO_METHOD:
                return str(payload.get("team_id") or ""), ""
            raise NotStored from error
