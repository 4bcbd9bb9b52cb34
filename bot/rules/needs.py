"""What a customer needs, and what of it has been met: each need by itself in one text, a met one with its day.

「一套MES ✓2026-11-27；冷库」: the mark is the same in every language and in every export.
"""

import re
from datetime import date

from bot.world import World
from nlu.names import normalise
from storage import records

_BETWEEN = re.compile(r"[；;\n]+")
_MET = re.compile(r" ✓\d{4}-\d\d-\d\d$")


def open_needs(said: str | None) -> str:
    """Those that are still to be met, as they were told."""
    return "；".join(need for need in _needs(said) if not _MET.search(need))


def meet(world: World, customer: "records.Customer", what: str) -> str:
    """Mark the open needs that these words mean as met today; those, "" where there are none."""
    wanted, day = normalise(what), world.now.date()
    needs = _needs(customer.needs)
    met = [need for need in needs if not _MET.search(need) and (wanted in normalise(need) or normalise(need) in wanted)]
    if met:
        customer.needs = "；".join(_marked(need, day) if need in met else need for need in needs)
        world.session.flush()
    return "；".join(met)


def _needs(said: str | None) -> list[str]:
    return [need.strip() for need in _BETWEEN.split(said or "") if need.strip()]


def _marked(need: str, day: date) -> str:
    return f"{need} ✓{day.isoformat()}"
