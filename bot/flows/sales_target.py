"""Set a target of a person or a team for a period, or change the one there is."""

from typing import TYPE_CHECKING

from bot.dialogs.model import Field, Flow, Guess, Json, Line, Values
from bot.dialogs.reply import Saved
from bot.dialogs.types import Text
from bot.dialogs.values import Amount, positive
from bot.errors import InvalidValue
from bot.flows.shared import saved
from bot.lazy import Lazy
from bot.talk.periods import named
from bot.targets import setting
from bot.targets.fields import Aim, Span, WhoseField, possible_aim, this_quarter
from bot.targets.whose import Whose, own
from bot.world import World
from config.types import Period
from nlu.types import Understanding
from storage import records

if TYPE_CHECKING:
    from bot.targets.attainment import Reached

REACHED: "Lazy[[World, Whose, str, Period], Reached | None]" = Lazy("bot.targets.attainment:reached")
LINE_OF: "Lazy[[World, Reached], str]" = Lazy("bot.targets.said:line_of")


def _team(values: Values, world: World) -> Json | Guess | None:
    """A manager who names nobody means the team."""
    whose = own(world)
    return Guess(whose.to_json()) if whose.kind == "team" else None


def _settable(value: Json, world: World, values: Values) -> None:
    """A target is somebody's: that of everybody is the sum of them. Raises NotAllowed, InvalidValue."""
    if value["kind"] == "all":
        raise InvalidValue("sales_target.not_for_all")
    setting.require_reach(world, Whose.from_json(value))


def _is_share(values: Values) -> bool:
    aim = values.get("value")
    return isinstance(aim, dict) and aim.get("metric") == "market_share"


def _present(values: Values, world: World) -> Values:
    found = setting.existing(world, values) if {"whose", "value", "period"} <= values.keys() else None
    return {"value": setting.aim_of(found)} if found is not None else {}


def _same_again(world: World) -> Values:
    """What was just set, for somebody else: 「张伟也一样」."""
    number = world.focus.get("sales_target")
    target = world.session.get(records.SalesTarget, number) if number is not None else None
    return setting.values_of(target) if target is not None else {}


def _is_meant(heard: Understanding, world: World) -> bool:
    return heard.intent == "set_target" or "sales_target" in world.focus


def _save(world: World, values: Values) -> Saved:
    target = setting.set_target(world, values)
    words, whose, period = world.words, Whose.from_json(values["whose"]), Period.from_json(values["period"])
    shown = SALES_TARGET.field("value").type.show(values["value"], world)
    name = named(period, words, today=world.now.date())
    said = words.say("sales_target.saved", id=target.public_id, who=whose.name, period=name, value=shown)
    world.tx.flush()
    now = REACHED(world, whose, values["value"]["metric"], period)
    return saved(world, said, gives=LINE_OF(world, now) if now else "", about={"sales_target": target})


SALES_TARGET = Flow(
    kind="sales_target",
    needs=("sales_target", "create"),
    starts_on=("set_target",),
    openings={"start": lambda world: {}, "same": _same_again},
    fits=_is_meant,
    titled_by="whose",
    fields=(
        Field("whose", WhoseField(), slot="owner", propose=_team, check=_settable),
        Field("value", Aim(), slot="target", check=possible_aim),
        Field("period", Span(), propose=this_quarter),
        Field("market", Amount(), check=positive, applies=_is_share),
        Field("source", Text(), required=False, applies=_is_share, is_whole=True),
    ),
    card=(
        Line("sales_target.card.who", ("whose", "period")),
        Line("sales_target.card.value", ("value",)),
        Line("sales_target.card.market", ("market", "source")),
    ),
    before=_present,
    save=_save,
)
