"""Names of companies that nobody has heard of, in the shapes Chinese ones have."""

import random
from functools import cache
from pathlib import Path

from nlu.name_forms import company_words

__all__ = ["invented"]

_MARKS = (
    "恒鼎瑞盛鑫源宏泰德信达润华天海龙金远安康通丰联创智云光明东方南北西江河山川正邦博科诚嘉禾利众万百富强亿兴隆昌顺和美佳辉力合聚同中国"
    "新锐捷凯益民福临朗森林木青绿蓝红紫白马牛鹿鹤凤麒麟晨曦晟煜昊轩铭睿卓越领航启星辰宇宙极锦绣程鹏展翼飞腾骏驰丹枫竹梅兰菊松柏翠玉珠"
    "宝钻晶石磊岩峰岭岳湖洋波涛浪泽雨露霖沐泉溪洲港湾岛桥路驿站楼阁台苑园庭院居家乐享优尚品味香甜蜜果蔬谷稻麦粟牧渔茶酒醇酿坊记堂斋铺匠"
    "艺巧手心意缘梦诺言致行思学问书文墨画诗歌韵律音声色彩虹霓裳衣"
)
_LATIN = ("Acme", "Lumo", "TCM", "Delta", "Volt", "Nexa", "KTP", "Orbis")
_BODIES = ("公司", "集团", "有限公司", "股份")
_HOUSES = ("公司", "集团", "厂", "店", "中心", "医院", "学校", "工厂", "酒店", "商场")


@cache
def _odd() -> list[str]:
    """Marks that are words, or read oddly."""
    return (Path(__file__).parent / "firms" / "names.txt").read_text("utf-8").split()


@cache
def _characters() -> list[str]:
    """Any characters: those of the words of companies and places."""
    words = company_words()
    return sorted({c for key in ("places", "more_places", "trades") for word in words[key] for c in word})


def _mark(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.25:
        return draw.choice(_odd())
    return "".join(draw.choices(_characters() if kind < 0.5 else _MARKS, k=2))


def invented(draw: random.Random) -> str:
    """A mark alone, with a third character, with its trade, place or legal form, or half in Latin letters."""
    words = company_words()
    place = draw.choice((*words["places"], *words["more_places"]))
    trade = draw.choice(words["trades"])
    mark = _mark(draw)
    shapes = {
        mark: 36,
        mark + draw.choice(_MARKS): 14,
        mark + trade: 22,
        place + mark: 8,
        place + mark + trade: 4,
        mark + _mark(draw): 6,
        mark + trade + draw.choice(_BODIES): 3,
        mark + draw.choice(_HOUSES): 3,
        draw.choice(_LATIN) + draw.choice(("", "", "科技", "电子", "中国")): 4,
    }
    return draw.choices(list(shapes), list(shapes.values()))[0]
