"""300 business cards, signatures and vCards as people paste them: how much of each is read, clean and with noise."""

import random
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.types import NoNames, Understanding
from nlu.understand import understand

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
FIELDS = ("contact", "customer", "position", "department", "phone", "email", "address")
Facts = dict[str, str]

ZH = {
    "family": "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    "given": ["伟", "芳", "建国", "秀英", "敏", "静", "强", "丽华", "志强", "雪梅", "晓东", "海燕", "文杰", "佳怡"],
    "place": ["上海", "深圳市", "苏州", "北京", "杭州", "广州市", "成都", "青岛"],
    "core": ["蓝海", "星河", "远景", "鼎盛", "华信", "天宇", "金桥", "瑞丰", "博远", "中科智联"],
    "trade": ["物流", "科技", "贸易", "机械", "电子", "新能源", "医疗器械", "食品", "信息技术"],
    "body": ["有限公司", "股份有限公司", "有限责任公司", "集团有限公司"],
    "position": ["采购总监", "销售经理", "总经理", "高级工程师", "项目主管", "副总裁", "技术总监", "财务主管"],
    "department": ["采购部", "市场部", "信息部", "研发中心", "财务部", "工程部"],
    "street": ["人民路", "工业园区星湖街", "南山区科技路", "浦东新区张江路", "建设大道"],
}
EN = {
    "given": ["Jake", "Sarah", "Thomas", "Olivia", "Priya", "Emma", "Liam", "Maria", "Noah", "Hannah"],
    "family": ["Miller", "Lindqvist", "Carter", "Hughes", "Patel", "Schmidt", "Walker", "Rossi", "Bennett"],
    "core": ["Northwind", "Contoso", "Fabrikam", "Bluewater", "Redwood", "Summit", "Lakeside", "Ironbridge"],
    "trade": ["Traders", "Logistics", "Systems", "Foods", "Robotics", "Instruments", "Packaging"],
    "body": ["Ltd", "Inc.", "GmbH", "LLC", "Limited", "Corp."],
    "position": [
        "Head of Procurement",
        "Sales Manager",
        "Chief Technology Officer",
        "Senior Buyer",
        "Project Engineer",
    ],
    "department": ["Procurement", "Engineering Department", "Finance", "Operations"],
    "street": ["Baker Street", "Market Road", "Kings Avenue", "Station Lane"],
    "city": ["London", "Leeds", "Boston", "Manchester"],
}


def _facts(chance: random.Random, lang: str) -> Facts:
    pick = chance.choice
    if lang == "zh":
        phone = f"+861{pick('35789')}{chance.randrange(10**8, 10**9)}"
        facts = {
            "contact": pick(ZH["family"]) + pick(ZH["given"]),
            "customer": pick(ZH["place"]) + pick(ZH["core"]) + pick(ZH["trade"]) + pick(ZH["body"]),
            "address": pick(ZH["place"]) + pick(ZH["street"]) + f"{chance.randrange(1, 300)}号{chance.randrange(9)}楼",
        }
        mail = f"{pick(['wang', 'li', 'zhang.w', 'sales'])}{chance.randrange(99)}@{pick(['blue', 'star'])}.com.cn"
        words = ZH
    else:
        phone = f"+1617555{chance.randrange(1000, 9999)}"
        facts = {
            "contact": f"{pick(EN['given'])} {pick(EN['family'])}",
            "customer": f"{pick(EN['core'])} {pick(EN['trade'])} {pick(EN['body'])}",
            "address": f"{chance.randrange(1, 300)} {pick(EN['street'])}, {pick(EN['city'])}",
        }
        mail = f"{facts['contact'].split()[0].lower()}@{facts['customer'].split()[0].lower()}.com"
        words = EN
    facts |= {"phone": phone, "email": mail, "position": pick(list(words["position"]))}
    if chance.random() < 0.5:
        facts["department"] = pick(list(words["department"]))
    for field in ("address", "position"):
        if chance.random() < 0.2:
            del facts[field]
    return facts


def _phone(chance: random.Random, phone: str) -> str:
    """As it is printed: with or without the country, in groups."""
    if phone.startswith("+86"):
        local = phone[3:]
        grouped = [local, f"{local[:3]} {local[3:7]} {local[7:]}", f"{local[:3]}-{local[3:7]}-{local[7:]}"]
        return chance.choice([*grouped, f"+86 {grouped[1]}"])
    area, exchange, line = phone[2:5], phone[5:8], phone[8:]
    return chance.choice(
        [f"+1 {area} {exchange} {line}", f"+1-{area}-{exchange}-{line}", f"+1 ({area}) {exchange}-{line}"]
    )


_LABELS = {
    "zh": {"phone": ["电话：", "手机:", "Tel: ", ""], "email": ["邮箱：", "E-mail: ", ""], "address": ["地址：", ""]},
    "en": {"phone": ["Tel: ", "Mobile: ", "T ", ""], "email": ["Email: ", "E: ", ""], "address": ["Address: ", ""]},
}
_NOISE = {
    "zh": ["传真：021-58886666", "www.example.com", "专业 · 专注 · 专心", "名片", "发自我的 iPhone"],
    "en": ["Fax: +1 617 555 0000", "www.example.com", "Sent from my iPhone", "Best regards", "Follow us online"],
}


def _card(chance: random.Random, facts: Facts, lang: str, *, is_noisy: bool) -> str:
    """Lines in one of the usual orders; noise are lines that say nothing, other marks, and blanks."""
    shown = dict(facts, phone=_phone(chance, facts["phone"]))
    heads = ["contact", "position", "department"]
    order = [*heads, "customer"] if chance.random() < 0.6 else ["customer", *heads]
    ways = ["phone", "email", "address"]
    chance.shuffle(ways)
    lines = []
    for field in (*order, *ways):
        if field in shown:
            label = chance.choice(_LABELS[lang][field]) if field in _LABELS[lang] else ""
            lines.append(label + shown[field])
    if is_noisy:
        for line in chance.sample(_NOISE[lang], 2):
            lines.insert(chance.randrange(1, len(lines) + 1), line)
        lines = [f"{line}{chance.choice(['', ' ', '  '])}" for line in lines]
        if chance.random() < 0.4:
            lines[:2] = [" ".join(lines[:2])] if lang == "zh" and order[0] == "contact" else lines[:2]
    return "\n".join(lines)


def _vcard(chance: random.Random, facts: Facts, lang: str, *, is_noisy: bool) -> str:
    version = chance.choice(["3.0", "4.0"])
    organisation = facts["customer"] + (f";{facts['department']}" if "department" in facts else "")
    lines = [
        f"FN:{facts['contact']}",
        f"ORG:{organisation}",
        f"TEL;TYPE=cell:{facts['phone']}",
        f"EMAIL:{facts['email']}",
    ]
    if version == "4.0":
        lines[2] = f"TEL;VALUE=uri;TYPE=cell:tel:{facts['phone']}"
    if "position" in facts:
        lines.append(f"TITLE:{facts['position']}")
    if "address" in facts:
        lines.append(f"ADR;TYPE=work:;;{facts['address'].replace(',', chr(92) + ',')};;;;")
    if is_noisy:
        lines += [
            "item1.URL:https://www.example.com",
            "TEL;TYPE=fax:+862158886666",
            "NOTE:met at the fair",
            "REV:20260101",
        ]
        chance.shuffle(lines)
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD"])


def _plain(text: object) -> str:
    return "".join(str(text).casefold().split()).rstrip(".")


def _score(*, is_noisy: bool) -> tuple[dict[str, float], list[str]]:
    """F1 over all facts and the share of exact numbers and addresses; and what was misread, to look at."""
    chance = random.Random(20261123)
    right = given = found = ways_right = ways = 0
    wrong = []
    for number in range(300):
        lang = "zh" if number % 2 else "en"
        facts = _facts(chance, lang)
        write: Callable[..., str] = _vcard if number % 3 == 0 else _card
        text = write(chance, facts, lang, is_noisy=is_noisy)
        heard: Understanding = understand(text, now=NOW, lang=lang, known=NoNames())
        read = {field: str(heard.get(field)) for field in FIELDS if heard.get(field)}
        hits = [field for field in facts if _plain(read.get(field, "")) == _plain(facts[field])]
        right, given, found = right + len(hits), given + len(facts), found + len(read)
        ways, ways_right = ways + 2, ways_right + sum(field in hits for field in ("phone", "email"))
        missed = {field: (facts.get(field), read.get(field)) for field in {*facts, *read} if field not in hits}
        wrong += [f"{missed}\n{text}"] if missed else []
    return {"f1": 2 * right / (given + found), "ways": ways_right / ways}, wrong


@pytest.mark.parametrize(("is_noisy", "floor"), [(False, 0.95), (True, 0.85)])
def test_cards_are_read(is_noisy: bool, floor: float) -> None:
    score, wrong = _score(is_noisy=is_noisy)
    assert score["f1"] >= floor, (score, wrong[:3])
    assert score["ways"] >= 0.99, (score, wrong[:3])
