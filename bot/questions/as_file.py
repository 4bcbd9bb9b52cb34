"""「把星河的合同发我 PDF」, "send me the Corval contract as a PDF": which paper is wanted as a file."""

from dataclasses import replace
from typing import Any

from bot.dialogs.model import Json
from bot.flows.documents import STATUSES
from bot.questions.finding import found
from bot.questions.kinds import KINDS
from bot.questions.question import Question
from bot.questions.reading import MAX_CHARS, Reading
from bot.questions.said import Words
from bot.world import World
from config.catalog import catalog
from nlu.types import Understanding

FORMS = ("pdf", "xlsx")


def asked(world: World, heard: Understanding) -> Json | None:
    """The command that hands it out: the one that is named, else the newest of those that are meant, else the one that
    was spoken of."""
    text = Words(catalog(heard.lang), heard)
    form = next((form for form in FORMS if text.find(f"form.{form}")), None)
    if form is None or len(heard.text) > MAX_CHARS[heard.lang]:
        return None
    kind = next((kind for kind in STATUSES if text.find(f"noun.{kind}")), None) or next(
        (kind for kind in STATUSES if kind in world.focus), None
    )
    paper = _paper(world, heard, kind, form) if kind is not None else None
    return {"do": "paper", "kind": kind, "id": paper, "form": form} if paper is not None else None


def _paper(world: World, heard: Understanding, kind: str, form: str) -> int | None:
    reading = Reading(world, heard, KINDS[kind])
    for words in (f"form.{form}", "form.wish"):
        reading.text.pick(words)
    asked: Question = reading.question() or reading.told
    if asked.unused or asked.missing:
        return None
    if not asked.has_conditions:
        return int(world.focus[kind]) if kind in world.focus else None
    papers: list[Any] = found(world, replace(asked, first=1, asks=("latest",)))
    return papers[0].id if papers else None
