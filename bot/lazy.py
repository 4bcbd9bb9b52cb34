"""Functions that are named here and loaded when they are first called: the first answer has no time for all modules."""

import sys
from collections.abc import Callable
from functools import cached_property
from typing import Generic, ParamSpec, TypeVar, cast

from config.loading import load

P = ParamSpec("P")
R = TypeVar("R")


def bring_back(*names: str) -> None:
    """Have modules be there again that a process left out (`bot.cli.loading`): something needs them after all."""
    for name in names:
        if name in sys.modules and sys.modules[name] is None:
            del sys.modules[name]


class Lazy(Generic[P, R]):
    """The function ``where`` says, "module:function". A test holds that every one is there and takes what it is to."""

    def __init__(self, where: str) -> None:
        self.where = where

    @cached_property
    def function(self) -> Callable[P, R]:
        module, _, name = self.where.partition(":")
        return cast("Callable[P, R]", getattr(load(module), name))

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)
