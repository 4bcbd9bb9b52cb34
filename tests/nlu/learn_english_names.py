"""Learns where customers and contacts stand in English: ``python -m tests.nlu.learn_english_names``.

Every case and every marked sentence is read as if the CRM knew nobody, a few more times with names that nobody has
heard of, some of them without capitals. The choice is learned as in ``learn_names``, once for each kind. Two minutes.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from nlu.english_names import KINDS, LONGEST, none_at_all, read_page, shape, stretches
from nlu.parse_json import scene_of
from nlu.rivals import mark_rivals
from tests.nlu.learn_names import Choice, learn
from tests.nlu.names.english import NamedSentence, english_sentences

WEIGHTS = Path(__file__).parents[2] / "nlu" / "data" / "names_en.weights"
LEAST_WEIGHT = 2  # in tenths
ORDERS = 8  # one order alone sways by two cases in a hundred


def choices(sentence: NamedSentence) -> dict[str, Choice]:
    """The choice a sentence leaves for each kind that is known of it."""
    scene = scene_of(sentence.case)
    mark_rivals(scene)
    page = read_page(scene)
    begins = {place: number for number, place in enumerate(page.begins)}
    ends = {place: number for number, place in enumerate(page.ends, len(begins))}
    parts = [*page.begins.values(), *page.ends.values()]
    spans = stretches(page, page.begins, max(LONGEST))
    own = len(parts)
    parts += [shape(scene, page, first, last) for first, last in spans] + [none_at_all(scene, page)]
    parts = [[sys.intern(evidence) for evidence in part] for part in parts]
    found = {}
    for kind, longest in zip(KINDS, LONGEST, strict=True):
        if kind not in sentence.spans:
            continue
        held, right = [], set()
        for number, (first, last) in enumerate(spans):
            if last - first <= longest:
                if page.span(first, last) in sentence.spans[kind]:
                    right.add(len(held))
                held.append((begins[first], ends[last], own + number))
        if kind in sentence.none:
            right.add(len(held))
        held.append((len(parts) - 1,))
        if right:
            found[kind] = Choice(parts, held, frozenset(right))
    return found


def written(learned: Mapping[str, Mapping[str, float]]) -> str:
    """The file: evidence and its weight for each kind in tenths; what weighs next to nothing is left out."""
    lines = []
    for evidence in sorted(set().union(*learned.values())):
        tenths = [round(learned[kind].get(evidence, 0) * 10) for kind in KINDS]
        kept = [weight if abs(weight) >= LEAST_WEIGHT else 0 for weight in tenths]
        if any(kept):
            lines.append("\t".join((evidence, *map(str, kept))) + "\n")
    return "".join(lines)


def learn_names(corpus: Iterable[NamedSentence]) -> dict[str, dict[str, float]]:
    """The weights of each kind."""
    chosen = [choices(sentence) for sentence in corpus]
    return {kind: learn((one[kind] for one in chosen if kind in one), ORDERS) for kind in KINDS}


if __name__ == "__main__":
    WEIGHTS.write_text(written(learn_names(english_sentences())), "utf-8")
