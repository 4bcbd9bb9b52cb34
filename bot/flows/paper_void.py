"""Have a paper count no more, with the reason: cancel a contract, void an invoice or a payment."""

from bot.dialogs.model import Field, Flow, Guess, Json, Line, Question, Values
from bot.dialogs.reply import Saved
from bot.dialogs.types import LongText, Ref, Text
from bot.flows.documents import choice, described
from bot.flows.shared import ref, saved
from bot.rules import papers
from bot.rules.access import require
from bot.world import World
from storage import records


def _which(values: Values, world: World) -> Json | Guess | Question | None:
    """The customer's paper of the kind, or the one spoken of."""
    return choice(world, values, values["paper_kind"], papers.is_open(values["paper_kind"]))


def _customer(values: Values, world: World) -> Json | None:
    kind = values["paper_kind"]
    paper = papers.seen(world, kind, {kind: values.get("paper")})
    return ref(paper.customer) if paper is not None else None


def _stands_alone(value: Json, world: World, values: Values) -> Json | None:
    """A check: nothing hangs on the paper. It is shown with what tells it from others."""
    paper = papers.paper_of(world, values["paper_kind"], {values["paper_kind"]: value})
    papers.refuse_hanging(world, paper)
    return {"id": paper.id, "name": described(world, paper)}


def _void(world: World, values: Values) -> Saved:
    kind = values["paper_kind"]
    require(world.actor, world.crm, kind, "edit" if hasattr(records.record_class(kind), "status") else "delete")
    paper = papers.void(world, kind, values["paper"]["id"], values.get("void_reason"))
    said = world.words.say("paper_void.saved", paper=papers.named(world, paper), customer=paper.customer.name)
    return saved(world, said, about={"customer": paper.customer})


PAPER_VOID = Flow(
    kind="paper_void",
    titled_by="paper",
    openings={},
    fields=(
        Field("paper_kind", Text(), ask="never", is_derived=True),
        Field("customer", Ref("customer"), required=False, ask="never", propose=_customer, is_derived=True),
        Field("paper", Ref("contract"), propose=_which, check=_stands_alone, within=("customer",), is_derived=True),
        Field("void_reason", LongText(max_chars=300), required=False, is_whole=True),
    ),
    card=(
        Line("paper_void.card.which", ("paper", "customer")),
        Line("paper_void.card.reason", ("void_reason",)),
    ),
    save=_void,
)
