"""Questions in other words: what every phrase leads to, how many unseen ones are met, and that nothing that is told is
taken for a question."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cli.export import administrator
from bot.listening.listener import SURE_INTENT
from bot.listening.listeners import LIKE, LIKE_AT_ALL
from bot.listening.paraphrase import GAP, Guess, guesses
from bot.questions.asking import read
from bot.world import World
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Settings
from nlu.folding import has_han
from tests.demo.company import NOW, Company
from tests.demo.conftest import company, filled  # noqa: F401 — fixtures

FOLDER = Path(__file__).parent
SETTINGS = Settings(data_dir=Path(), database_url="")
LOOKED_UP = ("list", "find", "pipeline", "forecast", "help", "other", "undo", "cancel")
EXPECTED = 0.6  # of the questions


@pytest.fixture
def world(company: Company) -> Iterator[World]:  # noqa: F811
    actor = replace(administrator(SETTINGS), language=company.language)
    with company.talk.bot.database.read() as tx:
        yield World(tx=tx, actor=actor, crm=load_crm(), settings=SETTINGS, words=catalog(company.language), now=NOW)


def first(world: World, said: str) -> Guess | None:
    return next(iter(guesses(world, world.understand(said))), None)


def bare(phrase: str) -> str:
    """A phrase without its gaps."""
    return phrase.replace("{who?}", "").replace("{when?}", "").strip()


def ways(world: World) -> dict[str, Any]:
    return world.words.table("paraphrase.ways")


def test_the_phrase_of_each_way_is_understood(company: Company) -> None:  # noqa: F811
    unclear = {catalog(company.language).say(f"unclear.{key}") for key in ("reply", "offer")}
    for name, way in catalog(company.language).table("paraphrase.ways").items():
        said = bare(way["as"])
        assert not unclear & set(company.ask(said, said)), (name, said)


def test_each_way_to_say_it_leads_there(world: World) -> None:
    for name, way in ways(world).items():
        for said in way["said"]:
            guess = first(world, said)
            assert guess is None or guess.score > 1 - 1e-9, (name, said, guess)


def test_many_unseen_questions_are_met(world: World) -> None:
    lines = (FOLDER / f"{world.words.language}.txt").read_text("utf-8").splitlines()
    asked = [line.split(" = ") for line in lines if not line.startswith("#")]
    assert sum(is_met(world, what, said) for what, said in asked) >= EXPECTED * len(asked)


def is_met(world: World, what: str, said: str) -> bool:
    guess = first(world, said)
    if guess is None or guess.score < LIKE_AT_ALL:
        return False
    return all(part.strip() in guess.text for part in GAP.split(ways(world)[what]["as"])[::3])


def test_what_is_told_is_no_question(world: World) -> None:
    """Of all messages of the cases that are to be kept, none that the intent leaves open is like a question, and none
    reads as a question about records of which every word is understood."""
    for path in sorted((FOLDER.parent / "nlu" / "cases").glob("*.jsonl")):
        for case in map(json.loads, path.read_text("utf-8").splitlines()):
            intent, said = case["gold"].get("intent", "other"), case["text"]
            is_other = isinstance(intent, dict) or intent.startswith(LOOKED_UP)
            if is_other or has_han(said) != (world.words.language == "zh"):
                continue
            heard = world.understand(said)
            assert read(world, heard) is None, said
            is_open = heard.sure < SURE_INTENT or heard.intent.startswith(LOOKED_UP)
            guess = next(iter(guesses(world, heard)), None) if is_open else None
            assert guess is None or guess.score < LIKE, (said, guess)
