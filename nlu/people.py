"""People in running text: 「汤总」, 「王倩」, 「老郭」, "Jack Morrow", "Ms Lin".

A surname with a way of address is a person wherever it stands; a bare full name only where the words beside it say so,
which ``slots`` decides.
"""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from config.compiled import compiled
from nlu.company_like import is_company_like
from nlu.everyday import is_everyday
from nlu.everyday_en import commonness
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.wordlists import table

__all__ = [
    "FREQUENT_SURNAMES",
    "HONORIFICS",
    "Person",
    "addressed",
    "bare_name",
    "english_people",
    "is_familiar",
    "is_set_off_surname",
    "is_surname",
    "is_title",
    "is_way_of_address",
    "is_worker",
    "opening_letters",
    "single_surnames",
    "surname_of",
    "titled_people",
]


class Person(NamedTuple):
    """A person standing at ``text[start:end]``."""

    start: int
    end: int
    why: str


@cache
def _raw() -> dict[str, str]:
    raw: dict[str, str] = tomllib.loads(files("nlu").joinpath("data", "people.toml").read_text("utf-8"))
    return raw


@cache
def single_surnames() -> frozenset[str]:
    """The surnames of one letter."""
    return frozenset("".join(_raw()["surnames"].split()))


@cache
def _not_names() -> frozenset[str]:
    return frozenset(_raw()["not_names"].split())


# Surnames that follow 老, 小 and 阿 in speech; the rare ones are words (小车, 老家, 小时).
_NICK = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓冯韩曹曾彭肖蔡潘田董袁于余叶蒋杜苏魏程吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)


# 员工, 电工 …: trades and everyday words, no surname before 工
_NO_WORKERS = "代员民职施竣开分手加化电焊钳技临普军木社义打停复动完女童人返误赶用车漆油瓦水管特男全散泥美"

_WORKER = pattern(rf"[{_NO_WORKERS}]工")

FREQUENT_SURNAMES = frozenset(
    _NICK + "方高常季殷施安康齐伍骆童颜翁梅柳祝阮左岳章凌俞鲁樊焦倪庄舒聂穆欧耿尤甘柯苗沙盛涂"
    "解詹辛管卢佟霍柴关兰路邢麦裴"
)


@cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(sorted(_raw()["titles"].split(), key=len, reverse=True))
    single = "".join(single_surnames())
    double = "|".join(_raw()["double"].split())
    return compiled(
        f"(?:{double}|[{single}])(?:[\u4e00-\u9fff]{{1,2}}?)??(?P<title>{titles})|"
        f"[{_raw()['wordlike']}](?P<short>{titles})|"
        f"[老小阿][{_NICK}](?![\u4e00-\u9fff]?(?:板|时|学|区|店|费|员|号|组|序|贷))|"
        f"(?<=[任长监理])老[{single}](?=[ ,，]|$|[说问讲带想要])|"
        f"(?:(?<=[的 ])|^)(?:[老小][\u4e00-\u9fff]|阿(?![里姨拉胶尔联根富斯])[\u4e00-\u9fff])"
        f"(?=[ ,，。:：]|$|[说问讲回很要想嫌在]|反馈|觉得|告诉|电话|打来)|"
        rf"(?:(?<=[的 ,，])|^)(?:(?![{_NO_WORKERS}])[\u4e00-\u9fff]工|[\u4e00-\u9fff]{{2}}[姐哥])"
        f"(?=[ ,，]|$|[说问讲回觉要])"
    )


@cache
def _bare() -> re.Pattern[str]:
    double = "|".join(_raw()["double"].split())
    return compiled(f"(?:(?:{double})[\u4e00-\u9fff]{{1,2}}|[{''.join(single_surnames())}][\u4e00-\u9fff]{{1,2}})")


@cache
def _title_signs() -> frozenset[str]:
    """One of these characters stands in every way of address."""
    return frozenset("老小阿工姐哥").union(title[0] for title in _raw()["titles"].split())


def titled_people(low: str) -> list[Person]:
    """Those with a way of address, in folded text: 「罗处长」, 「王明经理」, 「老郭」."""
    found: list[Person] = []
    if _title_signs().isdisjoint(low):
        return found
    position = 0
    titled = _titled()
    while match := titled.search(low, position):
        if _is_person(low, match):
            found.append(Person(match.start(), match.end(), "surname and title"))
            position = match.end()
        else:
            position = match.start() + 1
    return found


def is_worker(text: str) -> bool:
    """Is it a trade or a plain word in 工 (员工, 代工), and nobody's name?"""
    return _WORKER.fullmatch(text) is not None


def is_surname(text: str, *, is_called: bool = False) -> bool:
    """Is the whole text a Chinese surname? ``is_called``: with a way of address, or 姓: 冷 of 「冷总」 is one, too."""
    return text in single_surnames() or text in _doubles() or (is_called and text in _wordlike())


def is_set_off_surname(letter: str) -> bool:
    """Is it a surname that is mostly a word: 冷, 区?"""
    return letter in _wordlike()


@cache
def opening_letters() -> frozenset[str]:
    """With which surnames that are words, surnames of two letters and titles of more than one begin."""
    return _wordlike().union(word[0] for word in (*_doubles(), *_title_words()) if len(word) > 1)


def is_title(text: str) -> bool:
    """Is the whole text a title without a name: 经理?"""
    return text in _title_words()


_BEFORE_SURNAME, _BEHIND_SURNAME = "老小阿", "哥姐嫂叔姨伯兄"


def is_way_of_address(text: str) -> bool:
    """Is the whole text how somebody is spoken to: 「张总」, "Ms Lin"?"""
    found = [*titled_people(fold(text)), *english_people(text)]
    return any((person.start, person.end) == (0, len(text)) for person in found)


def surname_of(name: str) -> str:
    """The surname in how somebody is spoken to: 齐 of 「老齐」 and of 「齐哥」."""
    return name[1:2] if name[:1] in _BEFORE_SURNAME else name[:1]


def is_familiar(name: str) -> bool:
    """Is it how one speaks to somebody one knows well: 「老齐」, 「齐哥」? They are 「齐工」 on a card."""
    return name[:1] in _BEFORE_SURNAME or name[-1:] in _BEHIND_SURNAME


def _is_person(low: str, match: re.Match[str]) -> bool:
    title = match.group("title") or match.group("short")
    start, end = match.span()
    head = match.group()
    if match.group("short") and not _is_set_off(low, start):
        return False
    if title is None:  # 老郭, 小王: not inside 大小王… nor 小熊玩具厂
        if match.group()[1] not in _NICK and is_everyday(match.group()):  # 小区, 老板; 小鹿 is somebody
            return False
        is_apart = start == 0 or low[start - 1] not in "大古减缩很最太从较家厂长"
        # 厂长|老赵, 火腿厂|老周
        before = low[max(0, start - 4) : start]
        is_told = is_apart or before[-2:] in _title_words() or is_company_like(before)
        return is_told and not _in_company(low, end) and not _goes_on(low, match)
    if title in _CANTONESE and head[0] not in _NICK:
        return False
    if low[end : end + 1] and low[end] in table("not_title_before").get(title, ""):
        return False
    given = len(head) - len(title) - (2 if head[:2] in _doubles() else 1)
    if given > 0 and (head[0] not in FREQUENT_SURNAMES and head[:2] not in _doubles()):
        return False
    if len(title) == 1 and given > (1 if title == "总" else 0):
        return False
    if start and low[start - 1 : start + 1] in _title_words():
        return False
    middle = head[1 : len(head) - len(title)]
    if len(middle) == 2 and (is_everyday(middle) or is_company_like("某某" + middle)):  # 锦|江酒店采购
        return False
    if head in _not_names() or (len(head) > 2 and head[:2] in _not_names()) or set(middle) & _STOP:
        return False
    if middle[:1] in ("区", "部", "有") or (middle in ("升", "任", "当") and len(title) > 1):
        return False  # 老聂升副总
    return not (start and low[start - 1] in table("not_surname_after").get(low[start], ""))


_BEFORE_SOMEBODY = frozenset(" \n,，。.;；:：、(（的了跟和给找约见问叫请陪带与同到访是让对把被向部科处")


def _is_set_off(low: str, start: int) -> bool:
    """May somebody's name begin here: at the head, behind a mark, a word that points at people, or a firm?"""
    return not start or low[start - 1] in _BEFORE_SOMEBODY or is_company_like(low[max(0, start - 12) : start])


_CANTONESE = ("太", "生")  # 陈太, 李生
_RUN = pattern("[\u4e00-\u9fff]{1,5}")


def _in_company(low: str, end: int) -> bool:
    """Does the nickname begin the name of a firm: 小熊|玩具厂?"""
    run = _RUN.match(low, end)
    return run is not None and not set(run.group()) & _STOP and is_company_like("小名" + run.group())


_AFTER_NICK = frozenset(
    "说讲问回很要想嫌在和跟与来去打发给把被也都就还不没已又再的了那这是有让叫催反觉提答同认希建表介带约请负管对电微手今明昨"
    "上下早晚周刚临先后最特非挺比太真可能会应准正到从向为因所以但而且或及等拿看见聊谈签买卖用做搞处接派帮替修换送寄交开报算"
    "定过离升调转他她我你人姐哥总工吃喝陪走一两三几出答拍点确承坚透强建质生态度意愿急催加退告联"
)


def _goes_on(low: str, nick: re.Match[str]) -> bool:
    """Does a nickname run on into what is no word behind a name: 小龙|坎火锅?"""
    after = low[nick.end() : nick.end() + 1]
    return "\u4e00" <= after <= "\u9fff" and after not in _AFTER_NICK and nick.start() == 0


@cache
def _title_words() -> frozenset[str]:
    return frozenset(_raw()["titles"].split())


@cache
def _wordlike() -> frozenset[str]:
    return frozenset(_raw()["wordlike"])


@cache
def _doubles() -> frozenset[str]:
    return frozenset(_raw()["double"].split())


_STOP = frozenset("的了是和跟与在说给我你他她们个这那有个去来到对把被就都也还再，。、一二三四五六七八九十")


_PROVERBIAL = frozenset(("张三", "李四", "王五", "赵六"))  # as people are called who stand for anybody


@lru_cache(maxsize=2048)  # a message asks this of each of its pieces several times
def bare_name(text: str) -> bool:
    """Could the whole text be a Chinese full name (「马晓军」, 「欧阳娜娜」)?"""
    return text in _PROVERBIAL or (
        2 <= len(text) <= 4
        and _bare().fullmatch(text) is not None
        and text[:2] not in _not_names()
        and not set(text[1:].replace("一", "", len(text) == 3)) & _STOP
    )


def addressed(name: str, position: str) -> set[str]:
    """How somebody Chinese is spoken to in their post: 吴建业 or 老吴, 总经理, is 「吴总经理」 and 「吴总」."""
    if not (bare_name(name) or is_familiar(name)):
        return set()
    is_double = name[:2] in _doubles() and len(name) > 2
    surname = name[:2] if is_double else surname_of(name)
    posts = {title for title in _title_words() if len(title) > 1 and position.endswith(title)}
    posts -= {"经理"} if position.endswith("总经理") else set()
    posts |= {short for short, of in table("short_titles").items() if not posts.isdisjoint(of.split())}
    return {surname + post for post in posts}


HONORIFICS = (
    "Mr|Ms|Mrs|Miss|Mx|Dr|Prof|Sir|Madam|Mdm|Mme|Herr|Frau|Shri|Smt|Encik|Puan|Cik|Datuk|Dato|Engr|Captain|Capt|Cpt|Sgt"
    "|Lt|Cmdr|Col|Rev|Pastor|Father|Sister|Insp|Cllr|Atty|Eng|Ing|Sra|Srta|Sheikh|Ustaz|Chef|Coach|Judge"
)
_ENGLISH = pattern(
    rf"\b(?:(?:{HONORIFICS})\.? )?[A-ZÀ-Þ][a-zà-ÿ'’]+(?:[ -](?:[A-Z]\.|(?:de|van|"
    r"von|der|la|bin|al) )?[A-ZÀ-Þ][A-Za-zà-ÿ'’]+){0,2}"
)
_HONORIFIC = pattern(
    rf"\b(?:{HONORIFICS})\.? (?:[A-Z]\. ?){{0,2}}[A-ZÀ-Þ][\w'’-]+"
    r"(?: (?:(?:de|da|dos|du|den|der|van|von|la|el|al|bin|binti|ter|ten) ){0,2}[A-ZÀ-Þ][\w'’-]+)?"
)
_HONOURED = pattern(r"\b([A-Z][a-z'’-]+)(?: [A-Z][a-z'’-]+)? (?:sir|madam|ma'am|ji|saab|sahib|bhai)\b")


def english_people(text: str) -> list[Person]:
    """Those with an honorific: "Ms Lin", "Dr. Ahmed Khan", "Kulkarni sir"; not "Called sir"."""
    found = [match.span() for match in _HONORIFIC.finditer(text)]
    found += [match.span() for match in _HONOURED.finditer(text) if not commonness(match[1].lower())]
    return [Person(start, end, "honorific") for start, end in sorted(found)]
