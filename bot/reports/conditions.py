"""Which deals a message speaks of: stage, product, industry, currency, size, reason, whether anybody said when."""

from typing import Any

from sqlalchemy import func, select

from bot.questions.said import expressions
from bot.reports.cues import cue, holds
from bot.reports.found import Found
from bot.reports.query import What
from bot.reports.rates import currency_named
from bot.reports.said import TAKEN, Said
from bot.reports.traits import source_in, town_called
from bot.rules.access import visible
from bot.rules.industries import industry_in
from bot.rules.sizes import fits
from bot.world import World
from config.types import Money
from nlu.types import Understanding, Value
from storage import records

EDGES = " ，,。.?？!！:：\"'“”「」"
MAX_PRODUCT = 40
MAX_TAKEN = 3  # letters of a name on either side that may have been taken for words without weight
MIN_PRODUCT = (2, 4)  # letters of the beginning of a name, Chinese and Latin
LAST = "\uffff"  # behind all letters
MIN_NAME, MAX_NAME = 2, 30
HALVES = 4  # letters of a Chinese name of two words


def read_sizes(heard: Understanding, found: Found, text: Said) -> bool:
    """「50万以上」, "between 50k and 100k": the limits. False where an amount stands there and is none."""
    amounts = [
        value for value in heard.of_kind("money") if value.money is not None and text.is_free(value.start, value.end)
    ]
    if len(amounts) == 2 and all(text.is_limit(value, "between") for value in amounts):
        low, high = sorted((_money(value) for value in amounts), key=lambda money: money.value)
        code = low.currency or high.currency
        found.which.least, found.which.most = Money(low.value, code), Money(high.value, code)
    else:
        for value in amounts:
            if text.is_limit(value, "below"):
                found.which.most = _money(value)
            elif text.is_limit(value, "above"):
                found.which.least = _money(value)
            else:
                return False
    for value in amounts:
        text.take_limit(value)
    return True


def _money(value: Value) -> Money:
    assert value.money is not None  # noqa: S101 — only such are looked at
    return value.money


def read_stage(world: World, heard: Understanding, found: Found, text: Said) -> None:
    slot = heard.slots.get("stage")
    if slot is not None and slot.value in world.crm.codes("stages"):
        stage = world.crm.stage(str(slot.value))
        if stage is not None and stage.kind == "open":
            found.which.stage = stage.code
            text.take_span(slot.start, slot.end)
    for stage in world.crm.stages:
        label = stage.labels[world.words.language].casefold()
        if stage.kind == "open" and not found.which.stage and (text.take_word(label) or _take_part(text, label)):
            found.which.stage = stage.code


def _take_part(text: Said, label: str) -> bool:
    """「谈判阶段」: one of the two words of a Chinese label, with that noun behind."""
    noun = holds(text.words, "stage_noun", text.folded) if len(label) == HALVES and not label.isascii() else ""
    return bool(noun) and any(text.take_word(half + noun) for half in (label[:2], label[2:]))


def read_reason(world: World, what: What | None, found: Found, text: Said) -> None:
    """「价格原因丢了多少单」: of what was lost, that for one reason of the list."""
    if what != "lost" or found.which.is_to_rival:
        return
    reasons = (item for item in world.crm.items("lost_reasons") if item.code != "other")
    labels = (item.labels[world.words.language] for item in reasons)
    found.which.reason = next((label for label in labels if text.take_word(label.casefold())), "")
    if found.which.reason and found.shape.by == "reason":
        found.shape.by = ""


def read_industry(world: World, found: Found, text: Said) -> None:
    """「物流行业」, "education": an industry of the list."""
    said = industry_in(world.crm, world.words, text.letters) if found.shape.by != "industry" else None
    if said is not None:
        found.which.industry = said[0]
        text.take_span(*said[1])
        other = industry_in(world.crm, world.words, text.letters)
        if other is not None and not found.shape.by:  # 「制造业的赢单率高还是零售业高」
            found.which.among = (said[0], other[0])
            found.which.industry, found.shape.by = "", "industry"
            text.take_span(*other[1])


def read_source(world: World, found: Found, text: Said) -> None:
    """「展会来的客户」, "customers from referrals": a source of the list."""
    said = source_in(world.crm, world.words, text.letters) if found.shape.by != "source" else None
    if said is None or not (found.what is not None or found.is_then):
        return
    found.which.source = said[0]
    text.take_span(*said[1])
    start, end = said[1]
    other = source_in(world.crm, world.words, text.folded[:start] + TAKEN * (end - start) + text.folded[end:])
    if other is not None and not found.shape.by:  # 「展会来的成交率高还是老客户介绍的高」
        found.which.among = (said[0], other[0])
        found.which.source, found.shape.by = "", "source"
        text.take_span(*other[1])


def read_heads(world: World, found: Found, text: Said) -> None:
    """「1000 人以上的客户」, "companies with 1,000+ people": the sizes of the list that lie wholly within."""
    ways = ((how, expressions(world.words, f"heads.{how}").search(text.letters)) for how in ("least", "most", "about"))
    how, said = next(((how, match) for how, match in ways if match), ("", None))
    if said is None or not (found.what is not None or found.is_then):
        return
    number = int(next(filter(None, said.groups())).replace(",", ""))
    codes = tuple(item.code for item in world.crm.items("sizes") if fits(item, how, number))
    if not codes:
        return
    text.take_span(*said.span())
    found.which.size = codes[0] if len(codes) == 1 else ""
    if len(codes) > 1 and not found.shape.by:
        found.which.among, found.shape.by = codes, "size"


def read_channel(world: World, what: What | None, found: Found, text: Said) -> None:
    """「打了几个电话」: of the notes, those of the one channel that is named."""
    if what != "activity":
        return
    words = world.words
    codes = [item.code for item in world.crm.items("channels") if words.has(f"report.channel.{item.code}")]
    named = [code for code in codes if cue(words, code, "channel").search(text.folded)]
    if len(named) == 1 and not cue(words, "any_channel").search(text.folded):
        found.which.channel = named[0]
        text.take(named[0], "channel")


def read_rival(world: World, what: What | None, found: Found) -> None:
    """「输给云仓科技的单子」: of what was lost, that to one competitor."""
    left = found.rest.strip(EDGES)
    if what != "lost" or not MIN_NAME <= len(left) <= MAX_NAME:
        return
    cls: Any = records.Opportunity
    is_it = func.lower(cls.competitor) == func.lower(left)
    seen = visible(world.actor, world.crm, cls)
    rival = world.tx.connection.scalar(select(cls.competitor).where(seen, is_it).limit(1))
    if rival is not None:
        found.which.rival, found.rest = rival, ""


def read_product(world: World, found: Found) -> None:
    """What is left may be a currency, or a product that deals have: 「云平台产品本季度管道」, "only Cloud Platform"."""
    left = found.rest.strip(EDGES)
    if not 2 <= len(left) <= MAX_PRODUCT or found.whom.customers:
        return
    several = _products_called(world, found) if not found.shape.by else ()
    if len(several) > 1:
        found.which.among, found.shape.by, found.rest = several, "product", ""
        return
    product = _product_called(world, left) or _product_around(world, found.folded, left)
    if product is not None:
        rest = [part for part in left.split() if part not in product.casefold()]
        is_whole = _product_called(world, left) is not None
        found.which.product, found.rest = product, "" if is_whole else " ".join(rest)
        return
    for part in left.split():
        currency = currency_named(world, part)
        if currency and found.shape.is_into:
            found.which.into = currency
        elif currency:
            found.which.currency = currency
        found.rest = found.rest.replace(part, " ").strip() if currency else found.rest


def _products_called(world: World, found: Found) -> tuple[str, ...]:
    """「叉车租赁和年度维保」, "forklift lease or sorting line": two or more, where nothing else is left."""
    words, products = world.words, []
    for piece in cue(words, "joint").sub(TAKEN, found.unfilled).split(TAKEN):
        left = cue(words, "filler").sub(" ", piece).strip(EDGES)
        if not left:
            continue
        product = _product_called(world, piece.strip(EDGES)) or _product_called(world, left)
        product = product or _product_around(world, found.folded, left)
        if product is None:
            return ()
        products.append(product)
    return tuple(dict.fromkeys(products)) if len(products) > 1 else ()


def _product_around(world: World, folded: str, left: str) -> str | None:
    """A product of whose name a word was taken for another: 「分拣线」, of which 「拣线」 is left; 「年度维保」."""
    cls: Any = records.Opportunity
    for name in _around(folded, left.split(" ")[0]):
        query = (
            select(cls.product).where(visible(world.actor, world.crm, cls), func.lower(cls.product) == name).limit(1)
        )
        if (product := world.tx.connection.scalar(query)) is not None:
            return str(product)
    return None


def _around(unfilled: str, left: str) -> list[str]:
    """What a Chinese name may be of which only a part is left, as it stood before words without weight were taken out:
    the longest first."""
    at = unfilled.find(left)
    if at < 0 or left.isascii():
        return []
    spans = ((start, end) for start in range(max(0, at - MAX_TAKEN), at + 1)
             for end in range(at + len(left), min(len(unfilled), at + len(left) + MAX_TAKEN) + 1))  # fmt: skip
    named = [unfilled[start:end] for start, end in sorted(spans, key=lambda span: span[0] - span[1])]
    return [name for name in named if TAKEN not in name]


def read_industries(world: World, found: Found) -> None:
    """What is left may be nothing but trades: 「医疗和教育哪个赢单率高」."""
    labels = {item.labels[world.words.language].casefold(): item.code for item in world.crm.items("industries")}
    parts = found.rest.strip(EDGES).split()
    if found.what in ("customers", "newcomers"):
        return  # 「名下有多少客户，做制造的」 asks of records
    if not parts or any(part not in labels for part in parts):
        return
    if found.which.industry:  # 「教育和医疗行业哪个成交率高」
        found.which.among = (*(labels[part] for part in parts), found.which.industry)
        found.which.industry, found.shape.by = "", "industry"
    elif len(parts) == 1:
        found.which.industry = labels[parts[0]]
    elif found.shape.by in ("", "industry"):
        found.shape.by, found.which.among = "industry", tuple(labels[part] for part in parts)
    found.rest = ""


def _product_called(world: World, said: str) -> str | None:
    """The product of that name, or the only one whose name begins so: "forklift"."""
    cls: Any = records.Opportunity
    folded, seen = func.lower(cls.product), visible(world.actor, world.crm, cls)
    # as the index has it: this is asked of every short message
    exact = select(cls.product).where(seen, folded == func.lower(said)).limit(1)
    product: str | None = world.tx.connection.scalar(exact)
    if product is None and said.isascii() and said.endswith("s"):  # "cold store refits"
        return _product_called(world, said.removesuffix("s"))
    if product is not None or len(said) < MIN_PRODUCT[said.isascii()]:
        return product
    begins = select(cls.product).where(seen, folded >= said, folded < said + LAST).distinct().limit(2)
    found = [one for one in world.tx.connection.scalars(begins) if one.casefold().startswith(said)]
    return found[0] if len(found) == 1 else None


def read_customer(world: World, heard: Understanding, found: Found) -> None:
    """A customer by a name that only the look-up knows: an alias, or what several names begin with."""
    if found.whom.names or found.which.product is not None:
        return
    slot = heard.slots.get("customer")
    parts = found.rest.strip(EDGES).split()
    said = str(slot.value).casefold() if slot is not None else parts[0] if len(parts) == 1 else ""
    if said and said in found.rest:
        found.whom.customers = customers_called(world, said)
        found.rest = found.rest.replace(said, " ").strip() if found.whom.customers else found.rest


def read_place(world: World, found: Found) -> None:
    """What is left may be a town in which customers are: 「上海的单子」, "deals in Leeds"."""
    left = found.rest.strip(EDGES)
    if found.whom.customers or found.which.product is not None or not 1 <= len(left) <= MAX_NAME:
        return
    town = _town_around(world, found.unfilled, left)
    parts = left.split()
    if town:
        found.which.place, found.rest = town, ""
    elif len(parts) > 1 and not found.shape.by and all(_town_around(world, found.unfilled, part) for part in parts):
        found.which.among = tuple(_town_around(world, found.unfilled, part) for part in parts)
        found.shape.by, found.rest = "place", ""  # 「上海和广州哪边卖得多」


def _town_around(world: World, unfilled: str, left: str) -> str:
    towns = (town_called(world, name) for name in (left, *_around(unfilled, left)) if len(name) >= MIN_NAME)
    return next(filter(None, towns), "")


def customers_called(world: World, said: str) -> dict[int, str]:
    """The one customer that a name means, or all whose names begin with it; {} where it may mean anything."""
    if not MIN_NAME <= len(said) <= MAX_NAME:
        return {}
    found = world.find("customer", said, {})
    is_one = found.is_sure and len(found.matches) == 1
    begin_so = all(match.name.casefold().startswith(said.casefold()) for match in found.matches)
    return {match.id: match.name for match in found.matches} if is_one or begin_so else {}
