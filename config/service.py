"""How service works here: who gets what customers report, and when they are asked whether they were satisfied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias, get_args

from config.reading import Table
from config.types import COMPLETE, LANGUAGES, Language

Assign: TypeAlias = Literal["least_loaded", "round_robin", "none"]
Occasion: TypeAlias = Literal["won", "quarter"]

SERVICE = "service"  # the occasion of a survey after a service request


@dataclass(frozen=True, slots=True)
class Service:
    """``usual``: a customer's next request goes to who handled the last one, else by ``assign``. One that nobody took
    ``take_within``, or that is not solved ``solve_within`` so long after it was reported, is late."""

    usual: bool
    assign: Assign
    reopen_within: timedelta
    take_within: timedelta
    solve_within: timedelta


@dataclass(frozen=True, slots=True)
class Product:
    """A survey beyond service: ``after`` a won deal, or once a quarter; ``texts`` ask the question."""

    code: str
    after: Occasion
    delay: timedelta
    texts: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Surveys:
    """When customers are asked. ``every``: one survey a person in that time, over all platforms and occasions.

    ``texts`` have the placeholder {subject}: what was reported, in the customer's words.
    """

    delay: timedelta
    quiet: timedelta
    expiry: timedelta
    every: timedelta
    change: timedelta
    low: int
    texts: Mapping[Language, str]
    products: tuple[Product, ...]

    def product(self, code: str) -> Product | None:
        return next((product for product in self.products if product.code == code), None)


def read_company(row: Table) -> dict[Language, str]:
    """The company's name as customers read it, "" where none is given."""
    given = {language: row.text(language, "") for language in LANGUAGES}
    row.finish()
    some = next((name for name in given.values() if name), "")
    return {language: name or some for language, name in given.items()}


def read_service(row: Table) -> Service:
    service = Service(
        usual=row.flag("usual"),
        assign=row.one_of("assign", get_args(Assign), "least_loaded"),
        reopen_within=row.duration("reopen_within"),
        take_within=row.duration("take_within"),
        solve_within=row.duration("solve_within"),
    )
    row.finish()
    return service


def read_surveys(row: Table) -> Surveys:
    surveys = Surveys(
        delay=row.duration("delay"),
        quiet=row.duration("quiet"),
        expiry=row.duration("expiry"),
        every=row.duration("every"),
        change=row.duration("change"),
        low=row.number("low", at_most=4),
        texts=_texts(row, "text", with_subject=True),
        products=tuple(_product(each) for each in row.rows("products")),
    )
    row.finish()
    return surveys


def _product(row: Table) -> Product:
    code = row.text("code")
    if code == SERVICE:
        raise row.error("code", "not_allowed", value=code, expected='"won", "quarterly", …')
    product = Product(
        code=code,
        after=row.one_of("after", get_args(Occasion), "won"),
        delay=row.duration("delay"),
        texts=_texts(row, "text", with_subject=False),
    )
    row.finish()
    return product


def _texts(row: Table, key: str, *, with_subject: bool) -> dict[Language, str]:
    """The question in every language; its only placeholder is {subject}."""
    table = row.table(key)
    texts = {language: table.text(language) for language in COMPLETE}
    texts |= {language: table.text(language, texts[COMPLETE[-1]]) for language in LANGUAGES if language not in texts}
    table.finish()
    for language, text in texts.items():
        try:
            text.format(**({"subject": ""} if with_subject else {}))
        except (KeyError, IndexError, ValueError) as error:
            expected = "{subject}" if with_subject else "without { }"
            raise table.error(language, "not_allowed", value=text, expected=expected) from error
    return texts
