"""The whole company, from its people to its last payment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.demo.aims import set_aims
from bot.demo.company import found, set_rates
from bot.demo.customers import win_customers
from bot.demo.deals import Deal, begin_deals, store
from bot.demo.notes import write_notes
from bot.demo.papers import Office, write_papers
from bot.demo.scene import set_scene
from bot.demo.service import serve, serve_lately
from config.crm import Crm
from config.settings import Settings
from storage.bulk import Loader
from storage.database import Tx
from storage.search import Forms

Size: TypeAlias = Literal["small", "large"]


@dataclass(frozen=True, slots=True)
class _Plan:
    """copies: of the teams; customers and deals: for each rep; whole: with notes, papers and service."""

    copies: int
    customers: int
    deals: int
    whole: bool


# Large is for measuring: a million deals with their histories, and nothing beside them.
_PLANS: Mapping[Size, _Plan] = {"small": _Plan(1, 20, 105, True), "large": _Plan(20, 200, 4170, False)}
SIZES: tuple[Size, ...] = tuple(_PLANS)


@dataclass(frozen=True, slots=True)
class Filled:
    """How many of what there are, and whom one may be to try it: a rep, a manager, somebody of service."""

    customers: int
    deals: int
    to_try: tuple[str, ...]


def fill(tx: Tx, settings: Settings, crm: Crm, *, seed: int, size: Size, now: datetime) -> Filled:
    """Invent a company in an empty database; the same seed and moment make the same one. Raises NotEmpty."""
    plan = _PLANS[size]
    loader = Loader(tx, command="demo", at=now)
    scene = set_scene(loader, settings, crm, seed=seed, now=now)
    company = found(scene, tx, copies=plan.copies)
    set_rates(scene, company)
    customers = win_customers(scene, company, each=plan.customers)
    office, forms = Office(), dict[str, Forms | None]()
    sold: list[tuple[Deal, int]] = []
    deals = requests = 0
    for deal in begin_deals(scene, customers, each=plan.deals):
        store(scene, deal, forms)
        deals += 1
        if not plan.whole:
            continue
        write_notes(scene, deal)
        order = write_papers(scene, office, deal, company.finance[0])
        if order is not None:
            sold.append((deal, order))
            requests += serve(scene, company, deal, order, requests + 1)
    set_aims(scene, company)
    serve_lately(scene, company, sold, requests)
    loader.finish()
    return Filled(sum(map(len, customers.values())), deals, company.to_try)
