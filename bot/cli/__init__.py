"""The command line. Each group of commands is a small module, loaded when it is called."""

from config.loading import load

__all__ = ["main"]


def main() -> None:
    """Run the command that the arguments name, and exit."""
    load("bot.cli.root").main()
