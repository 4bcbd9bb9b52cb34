"""Loading modules without looking for garbage, now or ever after.

Tens of thousands of objects are made while modules load, and none of them is garbage. To look through them costs 0.08 s
of the 0.4 s that a first answer may take; and a tenth of a second of a busy bot's time, again and again, in which fifty
people wait.
"""

import gc
from importlib import import_module
from types import ModuleType

__all__ = ["keep", "load"]

HELD = 20_000  # objects


def load(name: str) -> ModuleType:
    """The module; what it brought with it is never looked at again."""
    gc.disable()
    try:
        return import_module(name)
    finally:
        keep()
        gc.enable()


def keep() -> None:
    """What there is by now is there to stay, and is never looked at again; what fifty turns hold at once is no garbage
    either: a look is taken once there is more."""
    gc.freeze()
    gc.set_threshold(HELD)
