"""An administrator teaches a word: 「POC 就是方案制定」, "walk-in means visit". One card, then it counts at once."""

from sqlalchemy import select

from bot.dialogs.model import Field, Flow, Json, Line, Option, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Saved
from bot.dialogs.types import Text
from bot.flows.shared import saved
from bot.world import World
from nlu.folding import fold
from nlu.teaching import read_teaching
from nlu.types import Slot, Understanding
from storage import records


def teaching(world: World, heard: Understanding) -> Json | None:
    """The card that a teaching opens; None for any other message, and for those who may not teach."""
    if world.crm.level(world.actor.role, "user", "edit") != "all":
        return None
    taught = read_teaching(heard.text, world.lexicon, _products(world, heard.text))
    if taught is None:
        return None
    is_product = taught.section == "product"
    values = {"word": taught.code if is_product else taught.word, "meaning": taught.meaning}
    kind = {"section": taught.section, "code": fold(taught.code)}
    return {"do": "start", "flow": "word", "values": {**values, "kind": kind}}


def _products(world: World, text: str) -> frozenset[str]:
    """The names in the catalogue that stand in the message."""
    cls = records.Product
    low = fold(text)
    named = world.session.scalars(select(cls.name).where(cls.deleted_at.is_(None)))
    return frozenset(name for name in named if fold(name) in low)


class Kind:
    """What sort of word it is: a section of the lexicon with its code. Shown, never asked."""

    def read(self, answer: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return None

    def take(self, slot: Slot, world: AnyWorld, values: Values) -> Json | None:
        return None

    def show(self, value: Json, world: AnyWorld) -> str:
        return world.words.say(f"word.kind.{value['section']}")

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        return ()


def taught(world: World, values: Values) -> Saved:
    """What the word stood for before is unlearned."""
    cls = records.TaughtWord
    for old in world.session.scalars(select(cls).where(cls.deleted_at.is_(None), cls.word == values["word"])):
        old.deleted_at = world.now
    world.session.flush()
    kind = values["kind"]
    world.create(cls(word=values["word"], meaning=values["meaning"], section=kind["section"], code=kind["code"]))
    said = world.words.say("word.saved", word=values["word"], meaning=values["meaning"])
    return saved(world, said, gives=world.words.say("word.now", word=values["word"]), about={})


WORD = Flow(
    kind="word",
    needs=("user", "edit"),
    openings={},
    titled_by="word",
    fields=(Field("word", Text(max_chars=60)), Field("meaning", Text()), Field("kind", Kind())),
    card=(Line("word.card.word", ("word", "meaning", "kind")),),
    save=taught,
)
