"""Log a follow-up: one message may carry the note, a new customer, a contact, an opportunity and the next plan."""

from sqlalchemy import select

from bot.dialogs.model import Field, Flow, Guess, Json, Line, Option, Press, Question, Saved, Values
from bot.dialogs.show import shortened, show_day, show_moment
from bot.dialogs.types import Along, Choice, Exact, LongText, Ref, Text, Verbatim
from bot.dialogs.values import Moment, not_future
from bot.flows import stage_needs
from bot.flows.handles import Handles
from bot.flows.plans import is_appointment, on_working_day
from bot.flows.promise import Promises
from bot.flows.rival import Rival
from bot.flows.shared import known_product, legal_move, name_of, new_ones, ref, saved, short_name
from bot.rules import opportunities
from bot.rules.access import Named, visible
from bot.rules.customers import contact_of, customer_of
from bot.rules.enclosures import add_files, keep_place, nearest
from bot.rules.follow_ups import add_note, last_note
from bot.rules.promises import Kept, Promise, keep_promises, promise_all
from bot.rules.pronouns import spoken_of
from bot.world import World
from storage import records

_DEAL = ("opportunity", "amount", "expected_close", "stage")
_USUAL_CHANNEL = "visit"
_MAX_NAME = 16  # characters of an opportunity's name that is taken from the talk
_ENDS = "，。,.;；、!！?？\n"


def customer_of_contact(values: Values, world: World) -> Json | Question | None:
    """The company of a person who was named alone."""
    person = values.get("contact")
    if not isinstance(person, dict) or "id" not in person:
        return None
    query = (
        select(records.Customer)
        .join(records.Contact, records.Contact.customer_id == records.Customer.id)
        .where(records.Contact.id == person["id"], visible(world.actor, world.crm, records.Customer))
    )
    customer = world.session.scalars(query).one_or_none()
    return ref(customer) if customer else None


def _whose(values: Values, world: World) -> Json | Question | None:
    """The customer that nobody named: that of the person, else one that was visited near here."""
    known = customer_of_contact(values, world)
    place = values.get("place")
    if known is not None:
        return known
    if not place:
        return _still_them(values, world)
    near = nearest(world, place[0]["at"])
    if not near:
        return None
    words = world.words
    shown = [words.say("follow_up.near", name=one.name, metres=one.metres) for one in near]
    options = tuple(Option(label, {"id": one.id, "name": one.name}) for label, one in zip(shown, near, strict=True))
    other = Option(words.say("follow_up.elsewhere"), None)
    if len(near) == 1:
        here = Option(words.say("follow_up.here_yes"), options[0].value)
        return Question(words.say("follow_up.here", what=shown[0]), (here, other), is_yes_no=True)
    return Question(words.say("follow_up.where"), (*options, other))


def _still_them(values: Values, world: World) -> Question | None:
    """Whether a note of nobody is about the customer that the talk was about."""
    spoken = spoken_of(world, "customer") if "content" in values or "feedback" in values else None
    if spoken is None:
        return None
    words = world.words
    them = Option(words.say("follow_up.still_yes"), spoken)
    other = Option(words.say("follow_up.still_no"), None)
    return Question(words.say("follow_up.still", name=spoken["name"]), (them, other), is_yes_no=True)


def _in_their_words(values: Values, world: World) -> Json | None:
    """The message with which the content came."""
    return world.said if "content" in values and world.said else None


def _sent_along(values: Values, world: World) -> Json | None:
    return world.files or None


def _sent_from(values: Values, world: World) -> Json | None:
    return [{"at": list(world.place)}] if world.place else None


def _has_person(values: Values) -> bool:
    return "contact" in values


def _has_deal(values: Values) -> bool:
    return any(name in values for name in _DEAL)


def _which_deal(values: Values, world: World) -> Json | Guess | Question | None:
    """The deal that an amount or a date in a note belongs to: the only open one, a new one, or the question which."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or not any(name in values for name in _DEAL[1:]):
        return None
    found = opportunities.open_at(world, customer["id"]) if "id" in customer else []
    subject = known_product(values, world) or _subject(str(values.get("content", "")), world)
    new = {"new": subject or world.words.say("opportunity.default_name", customer=short_name(name_of(customer)))}
    if not found:
        return Guess(new)
    if len(found) == 1:
        return ref(found[0])
    options = (
        *(Option(item.name, ref(item)) for item in found),
        Option(world.words.say("opportunity.new_button"), new),
    )
    return Question(world.words.say("opportunity.which", customer=name_of(customer)), options)


def _its_product(values: Values, world: World) -> Json | None:
    """The product that the note names, for a deal that has none yet."""
    deal = opportunities.named(world, values)
    return known_product(values, world) if "opportunity" in values and not (deal and deal.product) else None


def _subject(content: str, world: World) -> str | None:
    """What was talked about, where the note says so in a few words: 「聊了二期扩容，…」 → 二期扩容. No amount."""
    for word in world.words.words("opportunity.about"):
        at = content.casefold().find(word)
        if at < 0:
            continue
        rest = content[at + len(word) :]
        if rest.casefold().strip().startswith(world.words.words("opportunity.about_not")):
            continue
        end = min((place for place in map(rest.find, _ENDS) if place >= 0), default=len(rest))
        subject = rest[:end].strip()
        if subject[:1].isalpha() and 2 <= len(subject) <= _MAX_NAME * (1 if world.words.language == "zh" else 2):
            return subject
    return None


def _what_they_said(values: Values, world: World) -> Json | None:
    """Where only the customer's words were told, or what was promised, that is what was talked about."""
    return values.get("feedback") or (world.said if values.get("promises") else None) or None


def is_more(values: Values) -> bool:
    """Is the feedback something else than the content?"""
    return values.get("feedback") != values.get("content")


def _likely_channel(values: Values, world: World) -> Guess | None:
    """How they were in touch, where a message tells what was said but not how: as the last time, else a visit."""
    if "content" not in values and "feedback" not in values:
        return None
    customer = values.get("customer")
    number = customer.get("id") if isinstance(customer, dict) else None
    before = last_note(world, number, before=0) if number is not None else None
    return Guess(before.channel if before is not None else _USUAL_CHANNEL)


def _today(values: Values, world: World) -> Json:
    start = world.now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {"at": start.isoformat(), "has_time": False}


def _present(values: Values, world: World) -> Values:
    chosen = values.get("opportunity")
    if not isinstance(chosen, dict) or "id" not in chosen:
        return {}
    item = world.session.get(records.Opportunity, chosen["id"])
    return opportunities.facts_of(item) if item else {}


def _save(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    contact = contact_of(world, values["contact"], customer, values) if "contact" in values else None
    chosen = values.get("opportunity") if _has_deal(values) else None
    opportunity = None
    if chosen is not None and "id" in chosen:
        missing = stage_needs.lacking(world, values)
        opportunity = opportunities.change(world, chosen, values)
        stage_needs.keep(world, opportunity, values, missing)
    elif chosen is not None:
        opportunity = opportunities.create(world, chosen["new"], customer, contact, values)
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
        gives=_promised(world, promise) or _gives_back(world, customer, note, opportunity),
        buttons=_settle(world, promise) or _next_step(world, customer, note, opportunity),
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
    deal = values.get("opportunity", {}) if _has_deal(values) else {}
    if "new" in deal:
        parts.append(words.say("opportunity.saved_new", name=deal["new"]))
    elif deal and any(key in values for key in _DEAL[1:]):
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
    world: World, customer: Named, note: "records.FollowUp", opportunity: "records.Opportunity | None"
) -> tuple[Press, ...]:
    """A way to add the next step of a deal that has none."""
    if opportunity is None or note.next_follow_up_at is not None or opportunity.next_step:
        return ()
    return (opportunities.next_step_button(world, opportunity, customer.name),)


def _gives_back(
    world: World, customer: Named, note: "records.FollowUp", opportunity: "records.Opportunity | None"
) -> str:
    """One line in return: what was said last time, else the deal that has no next step yet."""
    words = world.words
    if opportunity is not None and note.next_follow_up_at is None and not opportunity.next_step:
        return words.say("follow_up.no_plan", name=opportunity.name)
    before = last_note(world, customer.id, before=note.id)
    if before is None:
        return ""
    day = before.occurred_at.astimezone(world.now.tzinfo).date()
    said = shortened(before.feedback or before.content, 60)
    return words.say("follow_up.last_time", day=show_day(day, words, today=world.now.date()), content=said)


FOLLOW_UP = Flow(
    kind="follow_up",
    needs=("follow_up", "create"),
    along=("opportunity",),
    starts_on=("log_follow_up",),
    fits=lambda heard, world: not is_appointment(heard, world),
    fields=(
        Field("place", Along("follow_up.place"), required=False, ask="never", propose=_sent_from),
        Field("customer", Ref("customer", if_unknown="create"), propose=_whose),
        Field("contact", Ref("contact", if_unknown="create"), required=False, ask="never", within=("customer",)),
        Field("position", Text(), required=False, ask="never"),
        Field("department", Text(), required=False, ask="never"),
        Field("phone", Exact("phone"), required=False, ask="never", applies=_has_person),
        Field("email", Exact("email"), required=False, ask="never", applies=_has_person),
        Field("im", Handles(), required=False, ask="never", applies=_has_person),
        Field("channel", Choice("channels", "channel"), ask="guided", propose=_likely_channel),
        Field("content", LongText(slot="content", is_verbatim=True), propose=_what_they_said),
        Field("feedback", LongText(slot="feedback"), required=False, ask="never", applies=is_more),
        Field("occurred_at", Moment("past"), ask="never", check=not_future, propose=_today),
        Field(
            "stage", Choice("stages", "stage"), required=False, ask="never", check=legal_move, within=("opportunity",)
        ),
        stage_needs.AMOUNT,
        stage_needs.CLOSE,
        Field(
            "opportunity",
            Ref("opportunity", if_unknown="create", doubt=0.75),
            required=False,
            ask="never",
            applies=_has_deal,
            propose=_which_deal,
            within=("customer",),
        ),
        Field(
            "product",
            Text(),
            required=False,
            ask="never",
            applies=_has_deal,
            propose=_its_product,
            wanted=stage_needs.wanted("product"),
            within=("opportunity",),
        ),
        Field(
            "competitor",
            Rival(),
            required=False,
            ask="never",
            applies=_has_deal,
            wanted=stage_needs.wanted("competitor"),
            is_whole=True,
        ),
        Field(
            "next_step",
            LongText(max_chars=500),
            required=False,
            ask="never",
            slot="of_stage",
            applies=_has_deal,
            wanted=stage_needs.wanted("next_step"),
            is_whole=True,
        ),
        stage_needs.DECIDES,
        stage_needs.reason_for(stage_needs.BUILT_IN),
        Field("next_follow_up_at", Moment("future"), required=False, ask="guided", check=on_working_day),
        Field("promises", Promises(), required=False, ask="never"),
        Field("verbatim", Verbatim(""), required=False, ask="never", propose=_in_their_words),
        Field("files", Along("follow_up.files"), required=False, ask="never", propose=_sent_along),
    ),
    card=(
        Line("follow_up.card.who", ("customer", "contact", "position", "department")),
        Line("follow_up.card.ways", ("phone", "email", "im")),
        Line("follow_up.card.how", ("channel", "occurred_at")),
        Line("follow_up.card.content", ("content",)),
        Line("follow_up.card.feedback", ("feedback",)),
        Line("follow_up.card.deal", ("opportunity", "amount", "stage")),
        Line("follow_up.card.product", ("product",)),
        Line("follow_up.card.close", ("expected_close",)),
        Line("follow_up.card.competitor", ("competitor",)),
        Line("follow_up.card.next_step", ("next_step",)),
        Line("follow_up.card.decides", ("decision_maker",)),
        Line("follow_up.card.missing", ("missing_reason",)),
        Line("follow_up.card.next", ("next_follow_up_at",)),
        Line("follow_up.card.promises", ("promises",)),
        Line("follow_up.card.files", ("files",)),
    ),
    before=_present,
    save=_save,
)
