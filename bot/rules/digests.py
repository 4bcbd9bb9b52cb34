"""Rules about digests: who gets which, when the next is due, and less of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.errors import NotAllowed, NotFound
from bot.rules.wall_time import instant_of, next_wall
from bot.world import World
from storage import records
from storage.database import Tx

# What "less of this" makes of a rule's days: every day → Mondays; a week → every second one; then none.
_EVERY_SECOND = "INTERVAL=2"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A digest that is asked for. ``rule`` None: at the usual time; ``zone``: whose wall it hangs on."""

    name: str
    rule: str
    zone: str
    first: datetime


def subscribe(world: World, wanted: Wanted, *, chat: str | None = None) -> "records.Digest":
    """Have a digest come to the actor, or to the bound group ``chat`` (platform|account|chat).

    An earlier one of the same name there is replaced. Raises NotAllowed where it is not theirs to decide.
    """
    binding = _binding(world, chat) if chat is not None else None
    for old in _there(world, wanted.name, binding):
        old.status = "stopped"
    first = next_wall(wanted.rule, wanted.first, world.now.astimezone(ZoneInfo(wanted.zone)).replace(tzinfo=None))
    wall = first or wanted.first
    return world.create(
        records.Digest(
            name=wanted.name,
            user_id=None if binding else world.actor.user_id,
            binding_id=binding.id if binding else None,
            rule=wanted.rule,
            wall_time=wall.isoformat(timespec="seconds"),
            zone=wanted.zone,
            next_at=instant_of(wall, ZoneInfo(wanted.zone)),
            status="active",
        )
    )


def stop(world: World, name: str | None, *, chat: str | None = None) -> "list[records.Digest]":
    """End the actor's digests of this name (None: all), or those of the group."""
    binding = _binding(world, chat) if chat is not None else None
    found = _there(world, name, binding)
    for digest in found:
        digest.status = "stopped"
    return found


def less(world: World, digest_id: int) -> "records.Digest":
    """Have it come more rarely; at last no more. Raises NotFound for what is not the actor's."""
    digest = world.session.get(records.Digest, digest_id)
    if digest is None or digest.user_id != world.actor.user_id or digest.status != "active":
        raise NotFound(name=f"DG-{digest_id}")
    days = next((part for part in digest.rule.split(";") if part.startswith("BYDAY=")), "")
    if "," in days or digest.rule.startswith("FREQ=DAILY"):
        kept = [part for part in digest.rule.split(";")[1:] if not part.startswith("BYDAY=")]
        digest.rule = ";".join(["FREQ=WEEKLY", "BYDAY=MO", *kept])
    elif _EVERY_SECOND not in digest.rule:
        digest.rule += f";{_EVERY_SECOND}"
        this_week = datetime.fromisoformat(digest.wall_time) - timedelta(weeks=1)
        digest.wall_time = this_week.isoformat(timespec="seconds")
    else:
        digest.status = "stopped"
    if digest.status == "active":
        to_next(digest, world.now)
    return digest


def to_next(digest: "records.Digest", now: datetime) -> None:
    """Move it to its next time; it ends where there is none."""
    zone = ZoneInfo(digest.zone)
    wall = datetime.fromisoformat(digest.wall_time)
    local = now.astimezone(zone).replace(tzinfo=None)
    following = next_wall(digest.rule, wall, max(wall, local))
    if following is None:
        digest.status = "stopped"
        return
    digest.wall_time = following.isoformat(timespec="seconds")
    digest.next_at = instant_of(following, zone)


def active(tx: Tx, name: str, *, user_id: int | None = None, binding_id: int | None = None) -> bool:
    """Whether somebody has ever had this digest, be it stopped by now."""
    cls = records.Digest
    whose = cls.user_id == user_id if user_id is not None else cls.binding_id == binding_id
    return tx.session.scalars(select(cls.id).where(cls.name == name, whose)).first() is not None


def _there(world: World, name: str | None, binding: "records.ChannelBinding | None") -> "list[records.Digest]":
    cls = records.Digest
    whose = cls.binding_id == binding.id if binding else cls.user_id == world.actor.user_id
    found = select(cls).where(whose, cls.status == "active", cls.deleted_at.is_(None))
    return list(world.session.scalars(found if name is None else found.where(cls.name == name)))


def _binding(world: World, chat: str) -> "records.ChannelBinding":
    """The binding of a group. Raises NotAllowed for who may not decide for its team, NotFound where there is none."""
    platform, _account, chat_id = chat.split("|", 2)
    cls = records.ChannelBinding
    here = select(cls).where(cls.platform == platform, cls.chat_id == chat_id, cls.deleted_at.is_(None))
    binding = world.session.scalars(here).one_or_none()
    if binding is None:
        raise NotFound(name=chat_id)
    level = world.crm.level(world.actor.role, "opportunity", "edit")
    if level != "all" and not (level == "team" and binding.team_id in world.actor.teams):
        raise NotAllowed
    return binding
