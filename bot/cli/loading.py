"""Loading modules without looking for garbage meanwhile.

A hundred thousand objects are made while the bot's modules load, and none of them is garbage: looking for it costs
0.08 s of the 0.4 s that a first answer may take.
"""

import gc
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
