"""A message read as a question about one kind of record: conditions and what is asked, every word accounted for."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

from bot.questions import own
from bot.questions.events import NOT, STATES, events_said, timed
from bot.questions.finding import holds_word
from bot.questions.kinds import Kind
from bot.questions.named import people_named, record_numbered
from bot.questions.owing import OWED
from bot.questions.question import PAID, SPLITS, Ask, Question
from bot.questions.said import Words, has_mark
from bot.questions.traits import counts_said, heads_said, parts_of, scores_said
from bot.questions.wanted import first_said, splits_said, states_said
from bot.questions.when import QUIET, Dated, dated_in, idle_days, is_of_a_time, span_said
from bot.reports.cues import holds
from bot.reports.rates import currency_named
from bot.talk.periods import month_of
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.types import Understanding

MAX_CHARS = {"zh": 60, "en": 90}
SURE_NAME = 0.8
MIN_NAME = 4  # Han characters at the beginning that nothing was made of
TOLD = ("follow_up", "payment")  # 「给于总打电话」, 「星河回款」: the noun alone asks nothing
# Words that ask by themselves.
WORDS = frozenset({"count", "sum", "average", "list", "whom", "when", "who", "share", *SPLITS})
MAX_UNUSED = 24  # bytes: eight Han characters, or three or four words
_SIZES = frozenset({"largest", "smallest", "average"})  # of what can be measured
_ONE = ("largest", "smallest", "oldest", "latest")


class Reading:
    """A message, read as a question about one kind."""

    def __init__(self, world: World, heard: Understanding, kind: Kind) -> None:
        self.world, self.heard, self.kind = world, heard, kind
        self.text = Words(catalog(heard.lang), heard)
        self.told = Question(kind.name)
        self.is_named = self.text.find(f"noun.{kind.name}") is not None or (
            kind.is_money and world.actor.role == "finance" and self.text.find("implied_money") is not None
        )
        self.events: dict[str, tuple[int, int]] = {}  # what happened with customers, and where that is said
        self.is_mine = self.text.find("mine") is not None  # before 「我处理了」 is a date

    def question(self) -> Question | None:
        """The question, None where the message is none about this kind."""
        if not self._limits() or (self.kind.is_money and self.text.find("ahead")):
            return None  # 「这个月还能收回来多少」: what is to come has not come
        labelled = own.labelled(self.world, self.text, self.kind.name)  # first: its value may be a name, too
        self._set(own=labelled, **people_named(self.world, self.heard, self.text, self.kind))
        self._set(**record_numbered(self.world, self.text, self.kind))
        self._set(first=first_said(self.text))
        splits, first = splits_said(self.text, self.kind)
        self._set(asks=splits, first=self.told.first or first)
        self._fields()
        self._conditions()
        self.text.pick(f"noun.{self.kind.name}")
        self._time()
        self._status()
        self._asked()
        self._rest()
        self._usual_time()
        self._spoken_of()
        if not (self.is_named or self.told.record or self.told.missing) and self.kind.name in OWED:
            return None
        is_of_paper = bool(self.told.paper) and (bool(self.told.field) or "whether" in self.told.asks)
        if not self._is_asked() or is_of_paper:
            return None  # what is left of a paper, and how it stands, is asked of itself
        if not self.told.customers and (unknown := self._unknown(self.told.unused)):
            self._set(missing=unknown)  # better to say that nobody knows it than to answer about all
        if self.told.record and self.told.states and "whether" in self.told.asks:
            return self._stands()
        return replace(self.told, states=self.kind.usual(self.told)) if not self.told.states else self.told

    def _stands(self) -> Question:
        """ "has order PO-7 shipped": how it stands, whatever the answer."""
        is_of_money = not {"paid", "unpaid"}.isdisjoint(self.told.states) and "paid" in self.kind.asked
        return replace(self.told, states=(), field="paid" if is_of_money else "status")

    def _set(self, **values: object) -> None:
        self.told = replace(self.told, **{key: value for key, value in values.items() if value})  # type: ignore[arg-type]

    def _limits(self) -> bool:
        """「50万以上」. False where an amount stands there that is no limit: it tells something."""
        for value in self.heard.of_kind("money"):
            money, text = value.money, self.text
            if money is None or not text.is_free(value.start, value.end):
                continue
            names = [name for name in ("below", "above") if text.is_limit(value, name)]
            if not names or not self.kind.has_amount:
                return bool(self.kind.score)
            self._set(**{"most" if names[0] == "below" else "least": f"{money.value:f}"})
            self._set(currency=money.currency if self.heard.lang != "en" or money.currency else "")
            text.take_limit(value)
        return True

    def _conditions(self) -> None:
        text, kind = self.text, self.kind
        lacks = tuple(name for name in kind.lacks if text.pick_lack(name))
        if kind.name == "customer":
            has_time = any(value.is_time and value.past is not None for value in self.heard.values)
            self.events = events_said(text, has_time=has_time)
        states = states_said(text, kind)
        if kind.name == "customer":  # in a whole phrase, too
            self.events = {**{name: (0, 0) for name in states if name in STATES}, **self.events}
        states = tuple(dict.fromkeys((*self.events, *states)))
        # after the lacks: 「没有联系人」 is no lack of contact
        is_of_contact = kind.name in ("customer", "opportunity")
        days = idle_days(self.world, text) if is_of_contact else 0
        surname = text.pick("surname") if kind.name == "contact" else None
        self._set(idle=days, lacks=lacks, states=states, surname=surname["name"] if surname else "")
        if kind.name == "customer":
            self._set(heads=heads_said(text))
        self._set(counts=counts_said(text) if not kind.score else ())
        if kind.score:
            self._set(scores=scores_said(text))

    def _status(self) -> None:
        """A state by its label. After the dates: "sent last month" is no state."""
        if self.kind.statuses and not self.told.states and not self.told.field:
            items, lang = self.world.crm.items(self.kind.statuses), self.heard.lang
            said = (item.code for item in items if self.text.take_word(fold(item.labels[lang])))
            self._set(status=next(said, ""))
        stage = self.heard.slots.get("stage") if self.kind.name == "opportunity" else None
        if (
            stage is not None
            and not (self.told.status or self.told.states)
            and self.text.is_free(stage.start, stage.end)
        ):
            self._set(status=str(stage.value))
            self.text.take_span(stage.start, stage.end)

    def _time(self) -> None:
        is_added = self.text.find(f"date.{self.kind.name}.added") is not None
        times = [value for value in self.heard.values if value.is_time or value.kind == "duration"]
        event = "" if is_added else timed(self.events, times)
        days = span_said(self.world, self.text) if event else 0
        if days:
            self._set(dated=event, since=(self.world.now.date() - timedelta(days=days)).isoformat())
            return
        found: Dated = dated_in(self.world, self.text, self.kind, self.told.states)
        self._set(dated=found.name, since=found.since, until=found.until)
        self._set(other_since=found.other_since, other_until=found.other_until)
        if event and (found.since or found.until):
            self._set(dated=event)  # 「今年买过的客户」, 「去年买过今年没买的」
            if found.other_since and event in self.told.states:
                self._set(states=tuple(state for state in self.told.states if state != NOT + event))
        if "seen" in self.told.states and not found.since and self.text.pick("lately"):
            since = self.world.now.date() - timedelta(days=QUIET)
            self._set(dated="happened", since=since.isoformat())

    def _usual_time(self) -> None:
        """Of money, and where it is asked whether there are many, this month's; unless something else says which."""
        told = self.told
        is_open = told.has_conditions or told.until or told.first
        if not is_open and ("many" in told.asks or (self.kind.is_money and "sum" in told.asks)):
            month = month_of(self.world.now.date())
            self._set(dated=next(iter(self.kind.dates)), since=month.start.isoformat(), until=month.end.isoformat())

    def _fields(self) -> None:
        """What of a record is asked for. Before the states: 「付清了吗」 asks, 「付清了的」 is a condition."""
        early = tuple(name for name in ("by_amount", "content", "many") if self.text.pick(f"ask.{name}"))
        is_whether = self.heard.lang != "en" or self.text.find("ask.whether") is not None
        names = [name for name in self.kind.asked if name != "paid" or is_whether]
        names = [name for name in names if name != "customer" or self.told.record]  # of many it is asked as "whom"
        fields = [name for name in names if self.text.pick(f"field.{name}")]
        self._set(field=fields[0] if fields else "", asks=(*self.told.asks, *early))

    def _spoken_of(self) -> None:
        """「还剩多少没付」: of the paper that the talk is about, where nothing else is named."""
        told = self.told
        is_open = not (told.has_conditions or told.until or told.unused)
        if told.field in PAID and is_open and self.kind.name in self.world.focus:
            self._set(record=self.world.focus[self.kind.name])
        elif told.field == "rest" and not (told.record or told.customers or told.contacts or told.missing):
            states = tuple(dict.fromkeys((*told.states, "unpaid")))  # of many it is what all of them come to
            self.told = replace(told, field="", states=states, asks=(*told.asks, "sum"))

    def _asked(self) -> None:
        text = self.text
        asks = self.told.asks + tuple(
            name for name in get_args(Ask) if name not in self.told.asks and text.pick(f"ask.{name}")
        )
        if "seen" in self.told.states and "who" in asks and (self.told.owners or self.is_mine):
            asks = (*(name for name in asks if name != "who"), "whom")  # 「她见了谁」
        if holds(text.words, "of_notes", text.folded):
            asks = (*asks, "whom")
        if self.told.first and not {"largest", "smallest"}.isdisjoint(asks) and not self._is_of_one():
            asks = asks if "who" in asks or "whom" in asks else (*asks, "whom")  # 「今年报修最多的三家」
        asks = (*asks, "average") if self.kind.score and self.told.other_since and "average" not in asks else asks
        self._set(asks=asks)
        if "share" in asks and self.told.dated == "resolved":  # of those that came in, not of those that are solved
            self._set(dated="reported", states=tuple(dict.fromkeys((*self.told.states, "done"))))
        is_split = self.told.asks_who_most or not SPLITS.keys().isdisjoint(asks)
        if not self.told.first and not is_split and any(name in asks for name in _ONE):
            self._set(first=1)
        text.pick("mine")
        self._set(is_mine=self.is_mine and not (self.told.owners or self.told.team))
        text.pick("ours")

    def _is_of_one(self) -> bool:
        """Is one of them to be larger than another, and not the customers to have more of them?"""
        if self.kind.name in ("customer", "contact"):
            return True
        is_measured = self.kind.has_amount or bool(self.kind.score)
        return is_measured and self.text.find("customers") is None

    def _is_bare(self) -> bool:
        """Nothing but a noun and what stands with it: 「没有电话的客户」, "unshipped orders"."""
        whole, name = Words(self.text.words, self.heard), f"bare.{self.kind.name}"
        alone = whole.find("alone")
        if alone is not None and alone.group() == self.heard.text.strip(" 。.").casefold():
            return True
        is_by = not SPLITS.keys().isdisjoint(self.told.asks)
        if self.heard.lang == "en":
            is_named = whole.find(name) is not None or (not self.is_named and "stepless" in self.told.states)
            return is_named and not (is_by and self.kind.name in TOLD)
        said, noun = whole.letters.rstrip(" 。.?？!！"), whole.last(name)
        if noun is None or noun.end() != len(said):
            return said.endswith("的") and self.kind.name not in TOLD
        is_told = bool(self.told.states or self.told.dated)  # 「接受了报价」 tells, 「接受了的报价」 asks
        return not is_told or said[: noun.start()].endswith("的")

    def _rest(self) -> None:
        """What is left may say something about the customer or the record; else it was not used."""
        text, kind = self.text, self.kind
        text.pick(f"beside.{kind.name}")
        self._set(own=(*self.told.own, *own.by_value(self.world, text, kind.name)))
        text.pick("filler")
        traits: list[str] = []
        words: list[str] = []
        unused: list[str] = []
        for piece in text.pieces():
            code = currency_named(self.world, piece) if kind.has_amount and len(piece) <= 12 else None
            if code:
                self._set(currency=code)
            elif owner := self._owner(piece):
                self._set(owners=(*self.told.owners, owner))
            elif word := self._word(piece):
                words.append(word)
            elif parts := self._traits(piece):
                traits += map(self._as_typed, parts)
            else:
                unused.append(piece)
        self._set(traits=tuple(traits), words=tuple(words), unused=" ".join(unused))

    def _unknown(self, unused: str) -> str:
        """What is left of the message and must be a customer's name, ""."""
        named = self.heard.slots.get("customer")
        said = fold(str(named.value)).strip() if named is not None and named.sure >= SURE_NAME else ""
        if said and said in unused:
            return self._as_typed(said)
        first = unused.split(" ")[0] if self.kind.name in OWED else ""
        is_name = len(first) >= MIN_NAME and not first.isascii() and self.text.folded.startswith(first)
        return self._as_typed(first) if is_name else ""  # 「宏达重工欠我们多少钱」

    def _as_typed(self, piece: str) -> str:
        start = self.text.folded.find(piece)
        return self.heard.text[start : start + len(piece)] if start >= 0 else piece

    def _owner(self, piece: str) -> int:
        """Whoever it is, where colleagues of other teams have them, too: who handles a request."""
        found = self.world.find("user", piece, {}) if self.kind.person == "handler_id" else None
        return found.matches[0].id if found is not None and found.is_sure and len(found.matches) == 1 else 0

    def _word(self, piece: str) -> str:
        """The piece as records hold it, ""; of several, one."""
        forms = (piece, piece.removesuffix("s"))
        is_there = (
            form for form in forms if self.kind.text and holds_word(self.world, self.kind.cls, self.kind.text, form)
        )
        return next(is_there, "")

    def _traits(self, piece: str) -> tuple[str, ...]:
        is_of_customer = self.kind.name == "customer" or hasattr(self.kind.cls, "customer_id")
        return parts_of(self.world, piece) if is_of_customer and len(piece) > 1 else ()

    def _is_asked(self) -> bool:
        told = self.told
        by = {ask for ask in told.asks if ask.startswith("by_")}
        is_told = self.kind.name in TOLD and not told.since  # 「今年回款按月看」 asks, 「回款按月」 may be agreed
        asks = set(told.asks) - (by if is_told else {"by_amount"})
        if not (self.kind.has_amount or self.kind.score) and not _SIZES.isdisjoint(told.asks):
            return told.asks_who_most  # of customers none is largest, but one has most of something
        if told.record or told.missing:  # whatever else it says, a question with a number in it is about that
            return bool(asks or told.field or has_mark(self.heard)) or (bool(told.missing) and self._is_bare())
        if told.unused:
            is_denied = self.text.words.pattern("question.negation").search(told.unused) is not None
            is_short = len(told.unused.encode()) <= MAX_UNUSED
            may_be_named = is_short and not is_denied and self.kind.name not in TOLD
            return may_be_named and not asks.isdisjoint(WORDS)
        is_question = bool(asks or told.field or (told.other_since and self.kind.score) or has_mark(self.heard))
        return is_question or (told.has_conditions and (self._is_bare() or is_of_a_time(self.world, self.heard, told)))
