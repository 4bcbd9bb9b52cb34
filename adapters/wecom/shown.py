"""The cards that this process has sent through the 智能机器人: to take the buttons off one, it must be drawn anew."""

from collections import OrderedDict
from typing import Any

from adapters.wecom.aibot_messages import CardPress
from adapters.wecom.cards import pressed_card

MAX_CARDS = 2000


class Shown:
    """Only a convenience: after a restart old cards keep their buttons, and the bot answers them all the same."""

    def __init__(self) -> None:
        self._cards: OrderedDict[str, tuple[dict[str, Any], str]] = OrderedDict()

    def add(self, card: dict[str, Any], asker: str) -> None:
        """``asker``: see `Outbound.asker`."""
        self._cards[card["task_id"]] = card, asker
        while len(self._cards) > MAX_CARDS:
            self._cards.popitem(last=False)

    def pressed(self, press: CardPress) -> dict[str, Any] | None:
        """The answer that redraws the card with only the pressed button left; None where the card is not known, or is
        somebody else's, who still needs its buttons."""
        card, asker = self._cards.get(press.task_id, (None, ""))
        if card is None or asker not in ("", press.by):
            return None
        return {"response_type": "update_template_card", "template_card": pressed_card(card, press.key)}
