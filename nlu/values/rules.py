"""Every rule for dates, by the kind of token it begins at."""

from typing import Final

from nlu.values import dates, edges, named, named_zh, ordinals, seasons, weeks
from nlu.values.reader import Rule

__all__ = ["DATE_RULES"]

DATE_RULES: Final[dict[str, Rule]] = {
    **edges.RULES,
    **weeks.RULES,
    **dates.RULES,
    **ordinals.RULES,
    **named.RULES,
    **named_zh.RULES,
    **seasons.RULES,
}
