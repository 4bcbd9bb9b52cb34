"""The language in which somebody writes, for one who has chosen none and whose platform tells none."""

from dataclasses import replace

from bot.rules.access import Actor
from bot.talk.memory import Memory
from config.types import COMPLETE, Language
from nlu.folding import has_han
from nlu.patterns import pattern
from nlu.types import Understanding

SENTENCE = 3  # words, or twice as many Chinese characters: less is a name, or a word borrowed
_WORD = pattern(r"[A-Za-z][A-Za-z'’]+")
_HAN = pattern(r"[\u4e00-\u9fff]")
_BINDS = pattern(
    "[的了在是有要说跟和把给去到没不我他她们吗呢吧想还也都就这那过将被让从很太]"
)  # what makes words a sentence


def as_they_speak(actor: Actor | None, memory: Memory, heard: Understanding) -> Actor | None:
    """The actor with the language in which they write, where nobody has chosen theirs; it is kept in mind."""
    if actor is None or actor.has_language:
        return actor
    if heard.text.strip():
        memory.spoken = language_of_talk(heard, memory.spoken, actor.language)
    spoken = next((language for language in COMPLETE if language == memory.spoken), actor.language)  # of a press, too
    return actor if spoken == actor.language else replace(actor, language=spoken)


def language_of_talk(heard: Understanding, so_far: str, default: Language) -> Language:
    """The language to answer in: that of the last whole sentence, else the one that was spoken ``so_far``.

    What comes first may be short (「help」, "my deals"): nothing else tells yet.
    """
    usual = next((language for language in COMPLETE if language == so_far), default)
    if has_han(heard.text):
        is_sentence = len(_HAN.findall(heard.text)) >= SENTENCE * 2 and not _WORD.search(heard.text)
        return "zh" if is_sentence or not so_far or _is_built(heard) else usual
    words = len(_WORD.findall(heard.text))
    is_word_known = heard.control is not None or heard.is_small_talk
    return "en" if words >= SENTENCE or (not so_far and (words == SENTENCE - 1 or (words and is_word_known))) else usual


def _is_built(heard: Understanding) -> bool:
    """「Lily说老板还在review」 is a Chinese sentence with words borrowed; "met 李总 at 华为技术有限公司" is none."""
    text = heard.text
    for match in heard.names:
        text = text.replace(match.name.name, " ")
    binding = set(_BINDS.findall(text))
    return len(binding) > 1 and len(_HAN.findall(text)) > len(_WORD.findall(text))
