"""How many are wanted, in which states, and what they are put together by: 「前三名」, "not delivered", "per rep"."""

from bot.questions.kinds import Kind
from bot.questions.question import DENIED, SPLITS
from bot.questions.said import Words, denied
from bot.talk.splits import count_said, order_said
from config.phrasing import number_of

MAX_FIRST = 20


def first_said(text: Words) -> int:
    """How many are wanted, 0 where that is not said. Before the scores: "three worst ratings"; 「最近30天」 is none."""
    first = text.find("first")
    times = [value for value in text.heard.values if value.is_time]
    if first is None or any(value.start < first.end() and first.start() < value.end for value in times):
        return 0
    text.take_span(*next(first.span(i) for i, group in enumerate(first.groups(), 1) if group))
    return min(number_of(next(filter(None, first.groups()))), MAX_FIRST)


def splits_said(text: Words, kind: Kind) -> tuple[tuple[str, ...], int]:
    """What they are to be put together by, with "largest" or "smallest" where those with most or least are wanted; and
    how many of those."""
    asks: list[str] = []
    first = 0
    for name, noun in SPLITS.items():
        noun = "stage" if name == "by_status" and kind.name == "opportunity" else noun
        said = text.pick_split(name, noun) if kind.can_split(name) else ""
        if said:
            order = {"most": "largest", "least": "smallest"}.get(order_said(text.words, said))
            asks += [name, *([order] if order else [])]
            first = first or min(count_said(said), MAX_FIRST)
    return tuple(asks), first


def states_said(text: Words, kind: Kind) -> tuple[str, ...]:
    """The states that are named, and those that are denied: "shipped but not delivered"."""
    found = []
    for name in kind.states:
        key = f"state.{kind.name}.{name}"
        if text.pick_all(denied(text.words, key)):
            found.append(DENIED + name)
        elif text.pick(key):
            found.append(name)
    return tuple(found)
