"""What is said beside a step of a sale and is no part of it: the number of a parcel or of a transfer, that it was too
much; and by what number the customer calls an order, "their po is 99120", which is the number it gets here.
"""

from dataclasses import replace

from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.types import Slot, Understanding

_CUE = frozenset("0123456789多")


def without_asides(world: World, heard: Understanding) -> Understanding:
    """The message without them; as it is where it has none."""
    if _CUE.isdisjoint(heard.text):
        return heard
    words, text = catalog(heard.lang), heard.text
    ordered = words.pattern("sold.their_po").search(fold(text))
    if ordered is not None and not world.find("order", ordered["code"], {}).matches:
        code = text[slice(*ordered.span("code"))]
        heard = replace(
            heard, slots={**heard.slots, "order_number": Slot(code, *ordered.span(), 1.0, "what they call it")}
        )
    is_paid = words.pattern("sold.payment").search(fold(text)) is not None
    for name in ("aside", "bank_ref") if is_paid else ("aside",):
        while (aside := words.pattern(f"sold.{name}").search(fold(text))) is not None:
            text = _cut(text, aside.span())
    if text == heard.text or not any(map(str.isalpha, text)):
        return heard
    return without_asides(world, replace(world.understand(text.strip(" ,，;；")), lang=heard.lang))


def _cut(text: str, span: tuple[int, int]) -> str:
    return f"{text[: span[0]].rstrip()} {text[span[1] :].lstrip()}"
