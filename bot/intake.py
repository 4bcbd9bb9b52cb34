"""The way in: from the adapters' tasks to the bot's turns, and back once all is durable."""

import asyncio
import logging
from collections.abc import Callable

from adapters.base import Inbound, NotStored, Unfit
from bot.app import Bot
from bot.errors import Unavailable
from bot.landing import landed
from bot.messages import moves
from bot.messages.address import chat_key
from bot.messages.message import Row
from bot.people import outsiders
from bot.stored import Receipt
from storage.database import Tx
from storage.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

DEADLINE_S = 2.0  # after this a platform that called us is told to come again; Slack waits 3 s, WeCom 5 s


async def stored(bot: Bot, inbound: Inbound) -> Receipt:
    """What became of a message, once that is durable. Raises `Unavailable` where nothing could be stored."""
    try:
        return await landed(bot.receive(inbound))
    except Exception as error:
        raise Unavailable from error


class Intake:
    """Gives messages to the bot, which does those of one conversation in the order in which it got them."""

    def __init__(self, bot: Bot, wake: Callable[[str, Row | None], None]) -> None:
        self._bot = bot
        self._wake = wake
        self._in_hand: set[asyncio.Future[Receipt]] = set()
        self.is_open = True
        self.turns = self.repeats = self.refused = 0

    async def receive(self, inbound: Inbound) -> None:
        """Back when the message is stored. Raises `NotStored`, `Unfit`."""
        if not self.is_open:
            raise NotStored
        if inbound.moved_from:
            await self._move(inbound)
            return
        if inbound.joined or inbound.left:
            await self._write(lambda tx: outsiders.come_and_gone(tx, inbound))
            return
        try:
            turn = landed(self._bot.receive(inbound))
            self._in_hand.add(turn)
            turn.add_done_callback(self._done)
            receipt = await asyncio.shield(turn)
        except Exception as error:
            self.refused += 1
            raise NotStored from error
        if receipt.is_refused:
            self.refused += 1
            raise NotStored
        self.repeats += receipt.is_repeat
        self.turns += not receipt.is_repeat
        if receipt.misfits:
            raise Unfit(receipt.misfits)

    def _done(self, turn: "asyncio.Future[Receipt]") -> None:
        """A turn is done, whether somebody still waits for that or not."""
        self._in_hand.discard(turn)
        if turn.cancelled() or turn.exception() is not None:
            return
        receipt = turn.result()
        if receipt.outbox_id is not None:
            self._wake(receipt.chat_key, receipt.in_hand)
        if receipt.other_chat is not None:
            self._wake(receipt.other_chat, None)

    async def receive_soon(self, inbound: Inbound) -> None:
        """`receive` for a platform that waits for our answer: it does not wait long."""
        try:
            await asyncio.wait_for(self.receive(inbound), DEADLINE_S)
        except TimeoutError as error:
            raise NotStored from error

    async def close(self, within_s: float) -> None:
        """Take nothing more, and let the turns in hand be done."""
        self.is_open = False
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=within_s)

    async def _move(self, inbound: Inbound) -> None:
        old = chat_key(inbound).rpartition("|")[0] + f"|{inbound.moved_from}"
        now = self._bot.clock()
        await self._write(lambda tx: moves.move(tx, old, inbound.chat_id, now=now))
        self._wake(chat_key(inbound), None)

    async def _write(self, job: Callable[[Tx], None]) -> None:
        try:
            await landed(self._bot.database.submit(job))
        except DatabaseUnavailable as error:
            raise NotStored from error
