"""Words that nobody made anything of: whether an answer may be given without them.

What names a state, or denies something, is a condition: without it the answer is to another question.
"""

from bot.questions.kinds import KINDS
from bot.questions.said import expressions
from config.catalog import Catalog


def narrows(words: Catalog, left: str) -> bool:
    """Does what is left over say which records are meant?"""
    said = left.casefold()
    if words.pattern("question.negation").search(said) is not None:
        return True
    return any(
        expressions(words, f"state.{kind.name}.{state}").fullmatch(piece) is not None
        for piece in said.split()
        for kind in KINDS.values()
        for state in kind.states
        if words.has(f"question.state.{kind.name}.{state}")
    )
