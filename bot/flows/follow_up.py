"""Log a follow-up: one message may carry the note, a new customer, a contact, an opportunity and the next plan."""

from dataclasses import replace

from bot.dialogs.model import Field, Flow, Guess, Json, Line, Values
from bot.dialogs.reply import Saved
from bot.dialogs.types import Along, Choice, Exact, LongText, Ref, Text, Verbatim
from bot.dialogs.values import Moment, not_future, not_past
from bot.flows import stage_needs
from bot.flows.follow_up_deal import as_it_is, end_told, has_deal, its_product, which_deal, worth_told
from bot.flows.follow_up_whose import whose
from bot.flows.handles import Handles
from bot.flows.plans import Planned, PlannedDay, has_plan, is_appointment
from bot.flows.promise import Promises
from bot.flows.rival import Rival
from bot.flows.shared import legal_move
from bot.lazy import Lazy
from bot.rules.follow_ups import last_note
from bot.world import World

SAVE: Lazy[[World, Values], Saved] = Lazy("bot.flows.follow_up_save:save_note")
_USUAL_CHANNEL = "visit"


def _in_their_words(values: Values, world: World) -> Json | None:
    """The message with which the content came."""
    return world.said if "content" in values and world.said else None


def _sent_along(values: Values, world: World) -> Json | None:
    return world.files or None


def _sent_from(values: Values, world: World) -> Json | None:
    return [{"at": list(world.place)}] if world.place else None


def _has_person(values: Values) -> bool:
    return "contact" in values


def _what_they_said(values: Values, world: World) -> Json | None:
    """Where only the customer's words were told, or what is promised or planned, that is what was talked about."""
    is_ahead = values.get("promises") or values.get("plan")
    return values.get("feedback") or (world.said if is_ahead else None) or None


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


FOLLOW_UP = Flow(
    kind="follow_up",
    needs=("follow_up", "create"),
    along=("opportunity",),
    starts_on=("log_follow_up",),
    fits=lambda heard, world: not is_appointment(heard, world),
    fields=(
        Field("place", Along("follow_up.place"), required=False, ask="never", propose=_sent_from),
        Field("customer", Ref("customer", if_unknown="create"), propose=whose),
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
            "stage",
            Choice("stages", "stage"),
            required=False,
            ask="never",
            check=legal_move,
            propose=end_told,
            within=("opportunity",),
        ),
        replace(stage_needs.AMOUNT, propose=worth_told),
        stage_needs.CLOSE,
        Field(
            "opportunity",
            Ref("opportunity", if_unknown="create", doubt=0.75),
            required=False,
            ask="never",
            applies=has_deal,
            propose=which_deal,
            within=("customer",),
        ),
        Field(
            "product",
            Text(),
            required=False,
            ask="never",
            applies=has_deal,
            propose=its_product,
            wanted=stage_needs.wanted("product"),
            within=("opportunity",),
        ),
        Field(
            "competitor",
            Rival(),
            required=False,
            ask="never",
            applies=has_deal,
            wanted=stage_needs.wanted("competitor"),
            is_whole=True,
        ),
        Field(
            "next_step",
            LongText(max_chars=500),
            required=False,
            ask="never",
            slot="of_stage",
            applies=has_deal,
            wanted=stage_needs.wanted("next_step"),
            is_whole=True,
        ),
        stage_needs.DECIDES,
        stage_needs.reason_for(stage_needs.BUILT_IN),
        Field("next_follow_up_at", PlannedDay("future"), required=False, ask="guided", check=not_past),
        Field("plan", Planned(max_chars=200), required=False, ask="never", applies=has_plan),
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
        Line("follow_up.card.next", ("next_follow_up_at", "plan")),
        Line("follow_up.card.promises", ("promises",)),
        Line("follow_up.card.files", ("files",)),
    ),
    before=as_it_is,
    save=SAVE,
)
