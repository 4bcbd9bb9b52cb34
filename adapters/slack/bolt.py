"""Bolt: what a delivery passes through between the door and us. A tenth of an idle bot's memory, loaded when needed."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import silent

Take = Callable[..., Awaitable[BoltResponse]]


def through_bolt(client: AsyncWebClient, take: Take) -> Callable[[dict[str, Any]], Awaitable[BoltResponse]]:
    """A way to dispatch payloads to ``take``.

    Bolt runs its listeners after the acknowledgement has gone out, and acknowledges an event it has no listener for or
    could not authorise. Neither may happen before the message is stored. Its middleware runs before, so everything is
    done there, in the one that comes ahead of authorisation; signatures are checked by the door.
    """
    app = AsyncApp(
        name=__name__,
        client=client,
        logger=silent,
        before_authorize=take,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
    )

    async def dispatch(payload: dict[str, Any]) -> BoltResponse:
        # To Bolt "socket_mode" means that the body has been read already. It would read a form with the word "payload"
        # somewhere in it as an empty one.
        answer: BoltResponse = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))
        return answer

    return dispatch
