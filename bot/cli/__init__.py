"""The command line. Each group of commands is a small module, loaded when it is called."""

from bot.cli.root import main

__all__ = ["main"]
