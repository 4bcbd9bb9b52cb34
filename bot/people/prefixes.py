"""How names begin: what most messages need to know of the names in the CRM, and nothing else."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager

from nlu.folding import fold
from storage import search
from storage.database import Tx

Reader = Callable[[], AbstractContextManager[Tx]]
STALE_AFTER_S = 2.0  # another process's new names are known in running text within this time; look-ups always know them
MAX_CACHED = 50_000


class PrefixCache:
    """Which two characters begin a known name, remembered for a short while: most messages need no look-up at all."""

    def __init__(self) -> None:
        self._lengths: dict[str, int] = {}
        self._since = 0.0
        self._lock = threading.Lock()

    def forget(self, names: Iterable[str]) -> None:
        """Look anew at what may begin these names: they have just been given to somebody."""
        with self._lock:
            for name in names:
                folded = "".join(character for character in fold(name) if character.isalnum())
                for start in range(len(folded)):
                    self._lengths.pop(folded[start : start + 2], None)

    def lengths(self, read: Reader, prefixes: Sequence[str]) -> dict[str, int]:
        """The lengths of the names that begin with each prefix, as bits; only prefixes that begin one."""
        with self._lock:
            if time.monotonic() - self._since > STALE_AFTER_S or len(self._lengths) > MAX_CACHED:
                self._lengths, self._since = {}, time.monotonic()
            cached = self._lengths
        missing = [prefix for prefix in prefixes if prefix not in cached]
        if missing:
            cached.update(dict.fromkeys(missing, 0))
            with read() as tx:
                cached.update(search.prefix_lengths(tx.connection, missing))
        return {prefix: cached[prefix] for prefix in prefixes if cached.get(prefix)}
