"""Names of firms and people that nobody has heard of, in the shapes English messages have."""

import random
import tomllib
from functools import cache
from pathlib import Path

from nlu.chunks import given_names
from nlu.name_forms import company_words

__all__ = ["invented_firm", "invented_person"]

_LEGAL = ("Ltd", "Inc", "LLC", "GmbH", "plc", "Pte Ltd", "Pvt Ltd", "Co", "AG", "Corp", "BV", "AB", "Sdn Bhd")
_TAGS = ("3PL", "24", "360", "One", "UK", "India", "USA", "Asia", "International", "HOA", "YMCA", "PTA", "RFC")
_HONORIFICS = ("Mr", "Ms", "Mrs", "Dr", "Mr.", "Ms.", "Dr.", "Prof", "Mdm")


@cache
def _parts(name: str) -> list[str]:
    text: str = tomllib.loads((Path(__file__).parent / "names" / "names_en.toml").read_text("utf-8"))[name]
    return text.split()


def _coined(draw: random.Random) -> str:
    return "".join(draw.choices(_parts("syllables"), k=draw.choice((2, 2, 3)))).capitalize()


def _mark(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.28:
        return draw.choice(_parts("heads")) + draw.choice(_parts("tails"))
    if kind < 0.36:  # Desert Rose, Big Bend
        return f"{draw.choice(_parts('plain'))} {draw.choice(_parts('plain'))}"
    if kind < 0.65:
        return draw.choice(_parts("marks"))
    if kind < 0.8:
        return _coined(draw)
    if kind < 0.86:
        return draw.choice(_parts("surnames"))
    if kind < 0.91:
        return "".join(draw.choices("ABCDEFGHKLMNPRSTVW", k=draw.choice((3, 3, 4))))
    if kind < 0.95:
        return draw.choice(_parts("heads")) + draw.choice(_parts("tails")).capitalize()
    return f"{draw.choice(_parts('marks'))} {draw.choice(_parts('marks'))}"


def invented_firm(draw: random.Random) -> str:
    """A mark alone, with its trade or legal form, two partners, or a place of learning or healing."""
    mark = _mark(draw)
    trade = (
        draw.choice(_parts("trades"))
        if draw.random() < 0.75
        else draw.choice(company_words()["trades_en"]).capitalize()
    )
    saint = draw.choice(("Mary", "John", "Luke", "Anne", "Mark"))
    surname = draw.choice(_parts("surnames"))
    shapes = {
        mark: 34,
        f"{mark} {trade}": 34,
        f"{mark} {draw.choice(_parts('trades'))} {trade}": 6,
        f"{draw.choice(_parts('plain'))} {draw.choice(_parts('plain'))} {trade}": 5,
        f"{mark} {trade} {draw.choice(_LEGAL)}": 4,
        f"{mark} {draw.choice(_LEGAL)}": 5,
        f"{surname} & {draw.choice(('Sons', 'Co', 'Partners', draw.choice(_parts('surnames'))))}": 6,
        f"{surname} {trade}": 4,
        f"{draw.choice(('University', 'Port', 'City', 'Bank'))} of {draw.choice(_parts('marks'))}": 2,
        f"St {saint}'s {draw.choice(('Hospital', 'School', 'College', 'Trust', 'Primary', 'Academy'))}": 2,
        f"{surname}'s {trade}": 2,
        f"{mark} {draw.choice(_TAGS)}": 3,
    }
    return draw.choices(list(shapes), list(shapes.values()))[0]


@cache
def _given() -> list[str]:
    return sorted(given_names())


def invented_person(draw: random.Random, like: str = "Ann") -> str:
    """With a way of address, a surname, or neither, as the one it stands for has."""
    head, _, rest = like.partition(" ")
    surname = draw.choice(_parts("surnames")) if draw.random() < 0.8 else _coined(draw)
    given = draw.choice(_parts("given")) if draw.random() < 0.15 else draw.choice(_given()).capitalize()
    if draw.random() < 0.08:
        given = _coined(draw)
    if head in _HONORIFICS and rest:
        return f"{head} {surname}"
    return f"{given} {surname}" if rest else given
