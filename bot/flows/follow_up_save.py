"""To save a note with all that came in it, and what is given back for it."""

from bot.dialogs.model import Values
from bot.dialogs.reply import Press, Saved
from bot.dialogs.show import shortened, show_day, show_moment
from bot.flows import stage_needs
from bot.flows.follow_up_deal import DEAL, has_deal
from bot.flows.shared import new_ones, ref, saved
from bot.lazy import Lazy
from bot.rules import opportunities
from bot.rules.access import Named
from bot.rules.customers import contact_of, customer_of
from bot.rules.enclosures import add_files, keep_place
from bot.rules.follow_ups import add_note, last_note
from bot.rules.promises import Kept, Promise, keep_promises, promise_all
from bot.world import World
from storage import records

_START = Lazy[..., Press]("bot.flows.documents:start_button")  # few notes win a deal


def save_note(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    contact = contact_of(world, values["contact"], customer, values) if "contact" in values else None
    chosen = values.get("opportunity") if has_deal(values) else None
    opportunity = None
    if chosen is not None and "id" in chosen:
        missing = stage_needs.lacking(world, values)
        opportunity = opportunities.change(world, chosen, values)
        stage_needs.keep(world, opportunity, values, missing)
    elif chosen is not None:
        opportunity = opportunities.create(world, chosen["new"], customer, contact, values)
    ends = world.crm.stage(values.get("stage", ""))
    is_won = opportunity is not None and ends is not None and ends.kind == "won"
    note, reminder = add_note(world, customer=customer, contact=contact, opportunity=opportunity, values=dict(values))
    add_files(world, note.id, values.get("files", ()))
    if "place" in values:
        keep_place(world, customer.id, values["place"][0]["at"])
    given = values.get("promises", ())
    told = "\n".join(str(values.get(name, "")) for name in ("content", "feedback", "verbatim"))
    promises = keep_promises(world, customer, plan=reminder, told=told, anew=given)
    made = promise_all(world, customer, given, plan=reminder, follow_up_id=note.id)
    promise = promises.still_open
    return saved(
        world,
        *_written(world, values, new_ones(world, customer, contact), note, reminder),
        *(_promise_made(world, each) for each in made),
        *_kept(world, promises),
        gives=_promised(world, promise) or _gives_back(world, customer, note, opportunity, is_won=is_won),
        buttons=_settle(world, promise) or _next_step(world, customer, note, opportunity, is_won=is_won),
        about={
            "customer": customer,
            "contact": contact,
            "opportunity": opportunity,
            "reminder": promise or reminder,
            "follow_up": note,
        },
    )


def _written(
    world: World,
    values: Values,
    parties: tuple[str, ...],
    note: "records.FollowUp",
    reminder: "records.Reminder | None",
) -> list[str]:
    """What the save wrote, in words."""
    words = world.words
    parts = [words.say("follow_up.saved", id=note.public_id), *parties]
    deal = values.get("opportunity", {}) if has_deal(values) else {}
    if "new" in deal:
        parts.append(words.say("opportunity.saved_new", name=deal["new"]))
    elif deal and any(key in values for key in DEAL[1:]):
        parts.append(words.say("opportunity.saved_change", name=deal["name"]))
    if reminder is not None:
        parts.append(words.say("reminder.saved_at", at=show_moment(reminder.remind_at, words, now=world.now)))
    return parts


def _kept(world: World, promises: Kept) -> list[str]:
    """What the note settled of what was planned before."""
    words = world.words
    put_off = [
        show_day(one.remind_at.astimezone(world.now.tzinfo).date(), words, today=world.now.date())
        for one in promises.put_off
    ]
    return [
        *(words.say("reminder.is_done", subject=shortened(one.subject, 40)) for one in promises.kept),
        *(words.say("reminder.is_replaced", day=day) for day in put_off),
    ]


def _promise_made(world: World, made: "records.Reminder") -> str:
    at = show_moment(made.remind_at, world.words, now=world.now)
    return world.words.say("promise.also", subject=shortened(made.subject, 40), at=at)


def _promised(world: World, promise: Promise | None) -> str:
    """What is still promised to this customer: a note is the moment to settle it."""
    if promise is None:
        return ""
    at = show_moment(promise.remind_at, world.words, now=world.now)
    return world.words.say("follow_up.promised", subject=shortened(promise.subject, 40), at=at)


def _settle(world: World, promise: Promise | None) -> tuple[Press, ...]:
    if promise is None:
        return ()
    action = {"do": "reminder", "op": "done", "id": promise.id}
    return (Press(world.words.say("follow_up.promise_done"), action, is_open=True),)


def _next_step(
    world: World,
    customer: Named,
    note: "records.FollowUp",
    opportunity: "records.Opportunity | None",
    *,
    is_won: bool,
) -> tuple[Press, ...]:
    """A way to add the next step of a deal that has none; the contract of one that is won."""
    if opportunity is not None and is_won:
        return (_START(world, "contract", customer=ref(customer), opportunity=ref(opportunity)),)
    if opportunity is None or _is_planned(note, opportunity):
        return ()
    return (opportunities.next_step_button(world, opportunity, customer.name),)


def _is_planned(note: "records.FollowUp", opportunity: "records.Opportunity") -> bool:
    """Is there something to do next, or nothing any more?"""
    return note.next_follow_up_at is not None or bool(opportunity.next_step) or opportunity.closed_on is not None


def _gives_back(
    world: World,
    customer: Named,
    note: "records.FollowUp",
    opportunity: "records.Opportunity | None",
    *,
    is_won: bool,
) -> str:
    """One line in return: the contract of a deal that is won, the deal that has no next step yet, else what was said
    last time."""
    words = world.words
    if opportunity is not None and is_won:
        return words.say("contract.after_win")
    if opportunity is not None and not _is_planned(note, opportunity):
        return words.say("follow_up.no_plan", name=opportunity.name)
    before = last_note(world, customer.id, before=note.id)
    if before is None:
        return ""
    day = before.occurred_at.astimezone(world.now.tzinfo).date()
    said = shortened(before.feedback or before.content, 60)
    return words.say("follow_up.last_time", day=show_day(day, words, today=world.now.date()), content=said)
