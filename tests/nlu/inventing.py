"""Names of companies and people that nobody has heard of, in the shapes Chinese ones have."""

import random
from functools import cache
from pathlib import Path

from nlu.name_forms import company_words
from nlu.people import FREQUENT_SURNAMES

__all__ = ["invented", "invented_goods", "invented_person"]

_MARKS = (
    "恒鼎瑞盛鑫源宏泰德信达润华天海龙金远安康通丰联创智云光明东方南北西江河山川正邦博科诚嘉禾利众万百富强亿兴隆昌顺和美佳辉力合聚同中国"
    "新锐捷凯益民福临朗森林木青绿蓝红紫白马牛鹿鹤凤麒麟晨曦晟煜昊轩铭睿卓越领航启星辰宇宙极锦绣程鹏展翼飞腾骏驰丹枫竹梅兰菊松柏翠玉珠"
    "宝钻晶石磊岩峰岭岳湖洋波涛浪泽雨露霖沐泉溪洲港湾岛桥路驿站楼阁台苑园庭院居家乐享优尚品味香甜蜜果蔬谷稻麦粟牧渔茶酒醇酿坊记堂斋铺匠"
    "艺巧手心意缘梦诺言致行思学问书文墨画诗歌韵律音声色彩虹霓裳衣"
)
_LATIN = (
    "Acme",
    "Lumo",
    "TCM",
    "Delta",
    "Volt",
    "Nexa",
    "KTP",
    "Orbis",
    "Harlow Foods",
    "Blue Ridge Tools",
    "Nordic AB",
)
_BODIES = ("公司", "集团", "有限公司", "股份")
_HOUSES = ("公司", "集团", "厂", "店", "中心", "医院", "学校", "工厂", "酒店", "商场")


_NICKNAMED = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗蔡"
_SHOPS = ("五金店", "包子铺", "面馆", "烧烤", "水果店", "建材", "汽修", "早餐店", "服装店", "花店", "家电", "酒业")


@cache
def _words(name: str) -> list[str]:
    """``odd``: marks of firms that are words, or read oddly; ``titles``, ``latin`` and ``called``: of people;
    ``counties`` and ``trades``: what names of firms begin and end with, beside what the data of ``nlu`` holds."""
    return (Path(__file__).parent / "names" / f"{name}.txt").read_text("utf-8").split()


@cache
def _characters() -> list[str]:
    """Any characters: those of the words of companies and places."""
    words = company_words()
    return sorted({c for key in ("places", "trades") for word in words[key] for c in word})


def _mark(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.25:
        return draw.choice(_words("odd"))
    return "".join(draw.choices(_characters() if kind < 0.5 else _MARKS, k=2))


def invented(draw: random.Random) -> str:
    """A mark alone, with a third character, with its trade, place or legal form, or half in Latin letters."""
    words = company_words()
    place = draw.choice(draw.choice((words["places"], _words("counties"))))
    trade = draw.choice(draw.choice((words["trades"], _words("trades"))))
    mark = _mark(draw)
    shapes = {
        mark: 36,
        mark + draw.choice(_MARKS): 14,
        mark + trade: 24,
        place + mark: 8,
        place + mark + trade: 6,
        place + trade: 3,
        mark + _mark(draw): 6,
        mark + trade + draw.choice(_BODIES): 3,
        mark + draw.choice(_HOUSES): 3,
        place + mark + trade + draw.choice(("", "管理", "科技", "贸易")) + draw.choice(("有限公司", "有限责任公司")): 4,
        draw.choice("老小阿") + draw.choice(_NICKNAMED) + draw.choice(_SHOPS): 2,
        draw.choice(_LATIN) + draw.choice(("", "", "科技", "电子", "中国")): 4,
    }
    return draw.choices(list(shapes), list(shapes.values()))[0]


_GIVEN = (
    "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超秀霞平刚桂英华玉萍红建国文斌宇浩凯健俊帆雪琳晨婷婕颖慧玲佳琪欣怡梦瑶思雨子轩博一鸣天佑海波春梅"
    "冬青小燕大鹏志远永福长江少云晓东立新庆祥家豪美玲宝珠振邦德胜学文卫民国栋培根"
)
_RARE = "仲伏佴邝冼覃瞿訾褚宓卞尉缪阙逄禹郇笪丘亓逯柏甄岑戚车温占揭植利麦莘饶衣隗"
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "慕容", "皇甫")


def invented_person(draw: random.Random) -> str:
    """A surname with a title long or short, a full name, a nickname, a name in Latin letters."""
    surname = draw.choices(
        (draw.choice(sorted(FREQUENT_SURNAMES)), draw.choice(_RARE), draw.choice(_DOUBLE)), (90, 7, 3)
    )[0]
    given = "".join(draw.choices(_GIVEN, k=draw.choice((1, 2, 2))))
    title = draw.choice(_words("titles"))
    shapes = {
        surname + title: 50,
        draw.choice("老小阿大") + surname[0]: 12,
        surname + given: 15,
        surname + given + title: 4,
        draw.choice(_words("latin")): 7,
        draw.choice(_words("latin")) + draw.choice(("总", "姐", " Wang", " Chen", "哥")): 2,
        draw.choice(_words("called")): 7,
        "小" + draw.choice(_GIVEN): 1.5,
        "阿" + draw.choice(_GIVEN): 1.5,
    }
    return draw.choices(list(shapes), list(shapes.values()))[0]


def invented_goods(draw: random.Random) -> str:
    """What is sold: 〈冷库〉, 〈二期冷库〉, 〈冷库采购〉, 〈车间冷库改造〉."""
    goods = draw.choice(_words("goods"))
    before = draw.choice(
        ("二期", "一期", "车间", "新厂", "总部", "门店", "三号线", "2027年", "进口", "智能", "老旧", "实验室")
    )
    behind = draw.choice(
        ("采购", "改造", "升级", "扩容", "更换", "续约", "年框", "维保", "二期", "安装", "租赁", "建设")
    )
    shapes = {goods: 50, before + goods: 12, goods + behind: 20, before + goods + behind: 8}
    return draw.choices(list(shapes), list(shapes.values()))[0]
