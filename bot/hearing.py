"""What a message says, for the person who wrote it: understood outside of any transaction."""

import logging
import threading
import time

from adapters.base import Inbound
from bot.clock import Clock
from bot.house import House
from bot.logs import bare
from bot.people.identity import identify, zone_of
from bot.people.known import DatabaseNames
from bot.people.vocabulary import Vocabulary
from bot.rules.access import Actor
from bot.turn import Arrival
from nlu.types import Known, NoNames, Understanding
from nlu.understand import understand
from storage.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

ACTOR_FOR_S = 5.0  # how long understanding may use what it knows of a person; rights are read anew in every turn


class Hearing:
    """Reads messages, and remembers for a while who writes and which words they may use."""

    def __init__(self, house: House, clock: Clock) -> None:
        self._house = house
        self._clock = clock
        self._vocabulary = Vocabulary(house.read, house.crm)
        self._actors: dict[tuple[str, str, str], tuple[float, Actor]] = {}
        self._lock = threading.Lock()

    def arrival(self, inbound: Inbound) -> Arrival:
        return Arrival(inbound, self._understand(inbound), self._clock())

    def _understand(self, inbound: Inbound) -> Understanding:
        """What the message says, in the person's zone. Outside of any transaction."""
        actor = self._actor(inbound)
        settings = self._house.settings
        zone = actor.zone if actor else zone_of(inbound.timezone or settings.timezone, settings.timezone)
        now = self._clock().astimezone(zone)
        if actor is None or not inbound.text or len(inbound.text) > self._house.crm.limits.max_message:
            return Understanding("", settings.language, now)
        try:
            lexicon = self._vocabulary.lexicon()
            return understand(inbound.text, now=now, known=self._names(actor), lexicon=lexicon)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            # Better "I didn't get that" than a message that the platform delivers for ever.
            log.error("a message could not be read", exc_info=bare(error))
            return Understanding("", settings.language, now)

    def _names(self, actor: Actor) -> Known:
        """The names that the actor may see; a guest knows none."""
        if actor.contact_id is not None:
            return NoNames()
        return DatabaseNames(self._house.read, actor, self._house.crm, self._house.prefixes)

    def _actor(self, inbound: Inbound) -> Actor | None:
        key = (inbound.platform, inbound.account, inbound.sender_id)
        known = self._actors.get(key)
        if known is not None and time.monotonic() - known[0] < ACTOR_FOR_S:
            return known[1]
        try:
            with self._house.read() as tx:
                actor = identify(tx, inbound, self._house.settings)
                if actor is not None:
                    _ = actor.teams  # looked up while there is a connection to do it with
        except DatabaseUnavailable:
            if known is None:
                raise  # a person who is not known now must not be taken for a stranger
            return known[1]
        if actor is None:
            return None  # who is let in now is somebody with their next message
        with self._lock:
            if len(self._actors) > 100_000:
                self._actors.clear()
            self._actors[key] = (time.monotonic(), actor)
        return actor
