"""Loading modules without looking for garbage meanwhile.

A hundred thousand objects are made while the bot's modules load, and none of them is garbage: looking for it costs
0.08 s of the 0.4 s that a first answer may take.
"""

import gc
import sys
from importlib import import_module
from types import ModuleType


def load(name: str) -> ModuleType:
    """The module; what it brought with it is never looked at again."""
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def leave_out(*names: str) -> None:
    """Have modules that a library loads only where it can get them, and that nothing here uses, not be there."""
    for name in names:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None: an import of it fails
