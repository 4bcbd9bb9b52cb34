"""A promise by itself, 「客户说月底给规格」; and those that a note holds. Nothing is planned before it is saved."""

from dataclasses import dataclass
from datetime import datetime

from bot.dialogs.model import Field, Flow, Gathers, Json, Line, Option, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Saved
from bot.dialogs.show import show_day, show_moment
from bot.dialogs.types import LongText, Ref, Verbatim
from bot.dialogs.values import Moment, not_past
from bot.flows.shared import saved
from bot.reminders.promised import at_of, clauses, promises_in
from bot.rules.access import check, require
from bot.rules.promises import promise
from bot.rules.pronouns import spoken_of
from bot.world import World
from nlu.types import Slot, Understanding
from storage import records

SURE_ELSE = 0.5  # what is surely something else is no promise


@dataclass(frozen=True, slots=True)
class By(Verbatim):
    """Who promised: us or them."""

    def show(self, value: Json, world: AnyWorld) -> str:
        return world.words.say(f"promise.by_{value}")


@dataclass(frozen=True, slots=True)
class Promises(Gathers):
    """What a note says that was promised. JSON: [{"by", "what", "at", "has_time"}]."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        found = promises_in(world, heard)
        return [{"by": each.by, "what": each.what, **at_of(each, world)} for each in found] or None

    def read(self, answer: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return [] if answer.control == "no" else self.gather(answer, world, values)

    def take(self, slot: Slot, world: AnyWorld, values: Values) -> None:
        return None

    def show(self, value: Json, world: AnyWorld) -> str:
        """A line each."""
        words, today = world.words, world.now.date()
        return "\n".join(
            words.say(
                f"promise.line_{each['by']}",
                subject=each["what"],
                day=show_day(datetime.fromisoformat(each["at"]).date(), words, today=today),
            )
            for each in value
        )

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        return ()


def asked_to_keep(world: World, heard: Understanding) -> Values | None:
    """The promise that a message is, with the customer that the talk is about; None for one that says more."""
    is_plain = heard.intent == "set_reminder" and world.words.pattern("promise.plainly").match(heard.text) is not None
    is_else = heard.intent not in ("log_follow_up", "other") and heard.sure >= SURE_ELSE and not is_plain
    if is_else or "channel" in heard.slots or "occurred_at" in heard.slots:
        return None
    found = promises_in(world, heard)
    if len(found) != 1 or len(clauses(heard.text)) != 1:
        return None
    given: dict[str, Json] = {"by": found[0].by, "subject": found[0].what, "remind_at": at_of(found[0], world)}
    about = spoken_of(world, "customer") if "customer" not in heard.slots else None
    return {**given, "customer": about} if about else given


def _save(world: World, values: Values) -> Saved:
    require(world.actor, world.crm, "reminder", "create")
    customer = check(world.tx, world.actor, world.crm, records.Customer, values["customer"]["id"])
    made = promise(world, customer, {**values["remind_at"], "by": values["by"], "what": values["subject"]})
    at = show_moment(made.remind_at, world.words, now=world.now)
    said = world.words.say(f"promise.saved_{values['by']}", id=made.public_id, at=at)
    return saved(world, said, about={"customer": customer, "reminder": made})


PROMISE = Flow(
    kind="promise",
    needs=("reminder", "create"),
    titled_by="subject",
    starts_on=(),
    openings={},
    fields=(
        Field("by", By(""), is_derived=True),
        Field("subject", LongText(max_chars=500)),
        Field("remind_at", Moment("future"), check=not_past),
        Field("customer", Ref("customer")),
    ),
    card=(
        Line("promise.card.head", ("by", "customer")),
        Line("promise.card.what", ("remind_at", "subject")),
    ),
    save=_save,
)
