"""A message as it is meant: from where it comes to the point, with digits for a number that was said digit by digit.

「对了，他电话是幺三八零零…」 is 「他电话是13800…」, "oh and tom's number?" is "tom's number?". What was typed is kept
word for word all the same (`World.said`).
"""

import re
from functools import cache, lru_cache

from bot.talk.filled_in import as_told
from bot.talk.mail import as_told_of
from bot.talk.mood import as_put
from config.catalog import Catalog, catalog
from config.phrasing import each_way, number_of, numbers, phrasing, ways
from nlu.dialect import in_standard_words, without_slips
from nlu.slips import as_it_sounds
from nlu.slips_en import as_it_is_spelt
from nlu.types import Understanding

NAMED = ("customer", "contact", "company", "opportunity", "product", "address", "email")
# What is said so, and what it stands for.
_SAID = (
    ("any_reminders", "reminder.mine"),
    ("it_was", "dialog.it_was"),
    ("moves_on", "opportunity.move_to"),
    ("is_there", "follow_up.is_there"),
    ("number_is", "contact.number_is"),
    ("contact_is", "contact.contact_is"),
    ("note_for", "contact.note_for"),
    ("asks_doubles", "customer.any_doubles"),
)
MAX_SLIPS = 100  # letters; of a longer message the words stay
SURE_WISH = 0.8
SURE_NOTE = 0.6  # below this it may as well be a wish with a slip in it
MAX_JOB = 24  # letters of what one means to do
MIN_LEFT = 2  # letters; fewer were the point themselves
MIN_DIGITS = 7  # fewer in a row are an amount, or a day


def as_meant(heard: Understanding) -> str | None:
    """The message as it is meant; None where it stands so already, as a day or an amount alone does."""
    if len(heard.values) == 1 and heard.values[0].text == heard.text.strip():
        return None
    told = (
        as_told(heard.text) or as_told_of(heard.text) or _as_reminder(heard) or _as_close(heard) or _as_said(heard.text)
    )
    if told is not None:
        return as_put(catalog(heard.lang), told)
    text = phrasing("half_english").sub(catalog("zh").say("common.around.follow_up"), heard.text)
    if heard.lang == "en":
        text = _spelt(heard, text)
    if heard.lang == "zh" and text == heard.text and len(text) <= MAX_SLIPS:
        text = as_it_sounds(text, _names(heard))
    text = without_slips(text if _is_told(heard) else in_standard_words(text))
    text = _run_of_digits().sub(lambda run: _digits(run.group()), text)
    rest = _to_the_point(heard, text)
    return rest if rest != heard.text else None


def _spelt(heard: Understanding, text: str) -> str:
    """What is surely no name, "thier" and "fone", is put right everywhere; the rest where nothing is told."""
    text = as_it_is_spelt(text, [(found.start, found.end) for found in heard.names], only_listed=True)
    is_note = heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE
    if is_note or len(text) > MAX_SLIPS:
        return text
    return as_it_is_spelt(text, _names(heard)) if text == heard.text else as_it_is_spelt(text)


def _as_close(heard: Understanding) -> str | None:
    """ "close 1/31", "closing end of January": the day, and nothing else, by which a deal is to close."""
    times = [value for value in heard.values if value.is_time]
    text = heard.text.strip(" .!")
    if len(times) != 1 or not text.endswith(times[0].text) or heard.intent == "log_follow_up":
        return None
    before = text.removesuffix(times[0].text).strip()
    is_close = phrasing("closes_on").fullmatch(before) is not None
    return catalog(heard.lang).say("opportunity.close_on", day=times[0].text) if is_close else None


def _as_said(text: str) -> str | None:
    """ "any reminder for me this week?" asks for the list; "the meeting was on Monday actually" corrects a day;
    "Northgate -> proposal" moves a deal."""
    text = text.strip()
    for name, said in _SAID:
        is_said = phrasing(name).search(text) is not None
        meant = phrasing(name).sub(catalog("en").say(said), text) if is_said else text
        if meant != text:
            return phrasing("it_was_end").sub("", meant)
    return None


def _as_reminder(heard: Understanding) -> str | None:
    """ "Please create an appointment with Bob on Tuesday at 2": one is reminded of it."""
    text = as_put(catalog(heard.lang), heard.text.strip())
    plain = phrasing("sets_reminder").sub(catalog("en").say("reminder.reminds"), text)
    if plain != text:
        return plain
    if not any(value.is_time and value.future for value in heard.values):
        return None
    put_off = phrasing("not_now").search(text) if phrasing("reminded").search(text) else None
    if put_off is not None and put_off.start():  # 「美迪那边|先不建商机，|到三月提醒我再问」
        return text[: put_off.start()] + put_off.group()[-1] + text[put_off.end() :]
    forgets = phrasing("not_to_forget").match(text)
    if forgets is not None:
        return catalog(heard.lang).say("reminder.lead_in") + text[forgets.end() :]
    if heard.intent == "set_reminder":
        return None
    if _is_to_come(heard) or _are_to_come(heard):
        return catalog(heard.lang).say("reminder.lead_in") + text
    if heard.intent == "other" and len(text) <= MAX_JOB and phrasing("job_ahead").match(text):
        return catalog(heard.lang).say("reminder.lead_in") + phrasing("job_lead").sub("", text)
    found = next(filter(None, (way.match(text) for way in each_way("makes_appointment"))), None)
    return catalog(heard.lang).say("reminder.lead_in") + found[1] + text[found.end() :] if found else None


def _is_to_come(heard: Understanding) -> bool:
    """ "mtg Tellwood tmrw 10a", "lunch with Priya Friday noon": what comes, and when, and no sure note."""
    times = [value for value in heard.values if value.is_time]
    if len(times) != 1 or times[0].kind != "datetime" or times[0].future is None or heard.control is not None:
        return False
    if heard.correction is not None or (heard.intent != "other" and heard.sure >= SURE_WISH):
        return False
    text = heard.text.strip(" .!")
    return text.endswith(times[0].text) and phrasing("is_to_come").fullmatch(text) is not None


def _are_to_come(heard: Understanding) -> bool:
    """ "thu 9am lorna, fri 2pm ken": several things to come, each with its time, and no sure note."""
    times = [value for value in heard.values if value.is_time]
    parts = phrasing("between_jobs").split(heard.text.strip(" .!"))
    if len(times) < 2 or len(parts) != len(times) or any(value.future is None for value in times):
        return False
    is_sure = heard.intent != "other" and heard.sure >= SURE_WISH
    is_past = phrasing("has_been").search(heard.text) is not None
    return not (is_sure or is_past or heard.control or heard.correction) and "datetime" in {v.kind for v in times}


def _names(heard: Understanding) -> list[tuple[int, int]]:
    """Where names stand, which are spelt as they like."""
    named = (slot for name, slot in heard.slots.items() if name in NAMED)
    return [*((found.start, found.end) for found in heard.names), *((slot.start, slot.end) for slot in named)]


def _is_told(heard: Understanding) -> bool:
    """Is it a note? That is kept in the words in which it was told."""
    customer = str(heard.get("customer") or "")
    return heard.intent == "log_follow_up" and customer != "" and in_standard_words(customer) == customer


def _digits(said: str) -> str:
    digits, times = "", 1
    for word in _digit_word().findall(said):
        if word.lower() in _times():
            times = _times()[word.lower()]
        else:
            digits, times = digits + str(number_of(word)) * times, 1
    return digits


@cache
def _run_of_digits() -> re.Pattern[str]:
    """So many digits, each said as a word, that they are a number of somebody or of something."""
    one = _digit_word().pattern
    return re.compile(rf"(?:{one}[\s,-]*){{{MIN_DIGITS - 1},}}{one}", re.IGNORECASE)


@cache
def _digit_word() -> re.Pattern[str]:
    words = [*_times(), *(word for word, number in numbers().items() if number < 10)]
    latin = "|".join(word for word in words if word.isascii())
    others = "|".join(word for word in words if not word.isascii())
    return re.compile(rf"(?:\b(?:{latin})\b|{others})", re.IGNORECASE)


@cache
def _times() -> dict[str, int]:
    return {word: times for times in (2, 3) for word in ways(f"times.{times}")}


def _to_the_point(heard: Understanding, text: str) -> str:
    """Without what was said before and behind it; not of a correction: 「等等，是85万」."""
    if heard.control is not None:
        return text
    if heard.correction is not None:
        return as_put(catalog(heard.lang), text)
    lead_in = _lead_in(catalog(heard.lang))
    rest = lead_in.sub("", as_put(catalog(heard.lang), lead_in.sub("", text.lstrip())))
    rest = _trail(catalog(heard.lang)).sub("", rest)
    if rest == text:
        return text
    return rest if sum(letter.isalnum() for letter in rest) >= MIN_LEFT else text


@lru_cache(maxsize=10)
def _lead_in(words: Catalog) -> re.Pattern[str]:
    said = "|".join(words.words("common.around.lead_in"))
    return re.compile(rf"^(?:(?:{said})[\s，,。.、…~～!！:：]*)+", re.IGNORECASE)


@lru_cache(maxsize=10)
def _trail(words: Catalog) -> re.Pattern[str]:
    return re.compile(rf",?(?:{'|'.join(words.words('common.around.trail'))})[\s.!~]*$", re.IGNORECASE)
