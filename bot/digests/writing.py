"""Writing one digest: for whom, whether there is anything new in it, and where it goes."""

import hashlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.dialogs.reply import Press, Reply
from bot.digests.writers import USUAL_TIME, WRITERS
from bot.house import House
from bot.messages.address import Address
from bot.messages.reach import post, reach
from bot.people import outsiders
from bot.people.acting import sign, world_for
from bot.people.identity import actor_of
from bot.rules.access import Actor, teams_below
from bot.rules.attention import is_working_day
from bot.rules.digests import to_next
from bot.talk.emoji import as_wanted
from storage import records
from storage.database import Tx

STALE_AFTER = timedelta(hours=6)  # a morning's plan is of no use in the evening


def send(house: House, tx: Tx, digest_id: int, now: datetime) -> str | None:
    """Write a digest that is due and move it to its next time; the chat to wake, None where there is silence."""
    sign(tx, now, "digests")
    digest = tx.session.get_one(records.Digest, digest_id)
    due = digest.next_at
    since = digest.last_at or due - USUAL_TIME[digest.name]
    to_next(digest, now)
    found = _receiver(house, tx, digest)
    if found is None:
        digest.status = "stopped"  # nobody is there any more
        return None
    actor, address = found
    is_stale = digest.name == "morning" and (
        now - due > STALE_AFTER or not is_working_day(now.astimezone(actor.zone).date(), house.crm, str(actor.zone))
    )
    text = "" if is_stale or address is None else WRITERS[digest.name](world_for(house, tx, actor, now), since)
    digest.last_at = now
    if not text or address is None:
        return None
    return _post(house, tx, actor, address, digest, text, due)


def _post(
    house: House, tx: Tx, actor: Actor, address: Address, digest: "records.Digest", text: str, due: datetime
) -> str | None:
    """Nothing where it would say what it said last time."""
    body = text.partition("\n")[2]  # the first line has the date in it
    seen = hashlib.sha256(body.encode()).hexdigest()
    if seen == digest.last_seen:
        return None
    digest.last_seen = seen
    words = world_for(house, tx, actor, due).words
    less = Press(words.say("digest.less"), {"do": "digest", "op": "less", "id": digest.id}, is_open=True)
    reply = Reply(text, (less,) if address.is_private else ())
    return post(tx, address, as_wanted(reply, house.crm), key=f"digest:{digest.id}:{due.isoformat()}", lane="digest")


def _receiver(house: House, tx: Tx, digest: "records.Digest") -> tuple[Actor, Address | None] | None:
    """Who reads it, and where: a person, or a team in its group; nowhere while people from outside are in that."""
    if digest.user_id is not None:
        actor = actor_of(tx, digest.user_id, house.settings)
        return (actor, reach(tx, user_id=digest.user_id)) if actor else None
    binding = tx.session.get(records.ChannelBinding, digest.binding_id)
    team = tx.session.get(records.Team, binding.team_id) if binding and binding.deleted_at is None else None
    if binding is None or team is None:
        return None
    if outsiders.are_in(tx, binding.platform, binding.chat_id):
        return _team(house, tx, team, digest.zone), None
    return _team(house, tx, team, digest.zone), Address(
        platform=binding.platform, chat_id=binding.chat_id, is_private=False
    )


def _team(house: House, tx: Tx, team: "records.Team", zone: str) -> Actor:
    """In a group only what its team may see, whoever reads it."""
    return Actor(
        user_id=0,
        name=team.name,
        role="manager",
        team_id=team.id,
        language=house.settings.language,
        zone=ZoneInfo(zone),
        zone_name=zone,
        teams_of=lambda: teams_below(tx, team.id),
    )
