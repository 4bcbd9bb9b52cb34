"""Coming back to what could not be done at first: when, how often, and to what others left behind."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping

import pytest

from bot.messages.later import Later

WITHIN_S = 10.0


class Steps:
    """Counts attempts; ``waits`` says what each conversation's next attempt gives."""

    def __init__(self) -> None:
        self.waits: dict[str, deque[float | Exception]] = {}
        self.tried: Counter[str] = Counter()
        self._changed = threading.Condition()

    def __call__(self, key: str) -> float | None:
        with self._changed:
            self.tried[key] += 1
            self._changed.notify_all()
        wait = self.waits[key].popleft() if self.waits.get(key) else None
        if isinstance(wait, Exception):
            raise wait
        return wait

    def until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, WITHIN_S)


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def later_with(steps: Steps) -> Iterator[Callable[[Callable[[], Mapping[str, object]]], Later]]:
    opened = []

    def make(find: Callable[[], Mapping[str, object]]) -> Later:
        opened.append(Later(steps, find, look_s=0.01))
        return opened[-1]

    yield make
    for later in opened:
        later.stop()


def test_until_it_is_done(steps: Steps, later_with: Callable[..., Later]) -> None:
    """As often as a conversation asks for it; another one is not held up, and trouble ends nothing."""
    later = later_with(dict)
    steps.waits = {"a": deque([0.0, 0.01, RuntimeError("the database is away")]), "b": deque([3600.0])}
    later.add("b")
    later.add("a")
    steps.until(lambda: steps.tried["a"] == 4)
    assert steps.tried["b"] == 1


def test_what_others_left_behind(steps: Steps, later_with: Callable[..., Later]) -> None:
    """At the start everything; later only what has stood still between two looks: what moves is somebody's."""
    looks = 0

    def find() -> Mapping[str, object]:
        nonlocal looks
        looks += 1
        if looks == 1:
            return {"at the start": 1}
        return {"stands still": 1, "moves": looks}

    later_with(find).watch()
    steps.until(lambda: steps.tried["stands still"] >= 2 and looks > 5)
    assert steps.tried["at the start"] == 1
    assert steps.tried["moves"] == 0


def test_the_end(steps: Steps, later_with: Callable[..., Later]) -> None:
    """After it has ended nothing is begun."""
    later = later_with(dict)
    later.stop()
    later.add("a")
    later.watch()
    later.stop()
    assert not steps.tried
