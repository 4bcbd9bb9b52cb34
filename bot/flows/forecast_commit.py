"""A rep's own forecast: what they commit to for a period."""

from bot.dialogs.model import Field, Flow, Line, Values
from bot.dialogs.reply import Saved
from bot.dialogs.values import Amount, positive
from bot.flows.shared import saved
from bot.talk.periods import named
from bot.targets import setting
from bot.targets.fields import Span, this_quarter
from bot.world import World
from config.types import Money, Period


def _present(values: Values, world: World) -> Values:
    period = Period.from_json(values["period"]) if "period" in values else None
    found = setting.commit_of(world, world.actor.user_id, period) if period else None
    return {"amount": found.amount.to_json()} if found is not None and found.amount is not None else {}


def _save(world: World, values: Values) -> Saved:
    period = Period.from_json(values["period"])
    made = setting.commit(world, Money.from_json(values["amount"]), period)
    shown = FORECAST_COMMIT.field("amount").type.show(values["amount"], world)
    name = named(period, world.words, today=world.now.date())
    return saved(world, world.words.say("forecast_commit.saved", id=made.public_id, period=name, amount=shown))


FORECAST_COMMIT = Flow(
    kind="forecast_commit",
    needs=("forecast_commit", "create"),
    fields=(
        Field("amount", Amount(), check=positive),
        Field("period", Span(), propose=this_quarter),
    ),
    card=(Line("forecast_commit.card.amount", ("amount", "period")),),
    before=_present,
    save=_save,
)
