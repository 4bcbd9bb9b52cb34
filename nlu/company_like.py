"""What makes words look like the name of a company: the way they end."""

import re
from functools import cache

from nlu.name_forms import company_words
from nlu.patterns import pattern

__all__ = ["company_end", "is_company_like"]

_MORE = (
    "有限公司 股份公司 公司 集团 股份 医院 诊所 卫生院 学校 大学 学院 中学 小学 幼儿园 宾馆 饭店 "
    "餐厅 酒楼 工厂 电厂 水厂 钢厂 药厂 纸厂 饲料厂 食品厂 面粉厂 机械厂 厂 超市 商场 商城 广场 机场 "
    "港务 研究院 设计院 研究所"
    " 管委会 街道办 交通局 公安局 教育局 卫健委 电视台 出版社 事务所 工作室 合作社 便利店 连锁 药房 "
    "药店 大药房 影院 影城 健身 乐园 景区 农场 牧场 牧业 渔业 种业 饲料 茶业 家纺 鞋业 玩具 文具 "
    "珠宝 眼镜 美业 物业 安防 照明 轴承 阀门 电缆 线缆 模具 铸造 水泥 玻璃 陶瓷 木业 纸业 门窗 卫浴 "
    "厨具 电梯 冷链 快递 速运 货运 国旅 旅行社 轮胎 水产 渔业 管委会 园区 招商局 局 院 银行 水电 "
    "风电 光伏"
)
# Ends that may stand in the middle: what follows them is no longer the name (蓝海超市|收银机).
_CUTS = (
    "有限公司 集团公司 公司 集团 股份 医院 学校 大学 学院 中学 小学 幼儿园 超市 酒店 银行 饭店 餐厅 宾馆 "
    "物流 贸易 五金 实业 科技 重工 食品 药业 制药 乳业 酒业 置业 地产 证券 保险 传媒 研究院 设计院 电厂 "
    "钢厂 水厂 机场 商场 钢铁 进出口 电缆 环保 化工 医药 纺织 水务 机电 电气 光电 汽配 新能源 半导体 "
    "服饰 服装 家居 印刷 轮胎 物业 建设 水产 渔业 幼儿园 管委会"
).split()
_AFTER_CUT = pattern(
    r"(?:[(（][^()（）]{1,10}[)）])?(?:有限责任公司|有限公司|股份有限公司|集团|公司|"
    r"股份)?(?:[\u4e00-\u9fff]{1,4}(?:分公司|分行|支行|分店|办事处|工厂|厂区|总部|园区))?"
)
_TRADE_END = pattern(r"\b(?:ltd|limited|inc|corp|llc|plc|gmbh|co|company|group|holdings|partners)\.?$")


@cache
def _endings() -> re.Pattern[str]:
    words = sorted({*company_words()["trades"], *company_words()["generic"], *_MORE.split()}, key=len, reverse=True)
    return re.compile(f"[\u4e00-\u9fffa-z0-9·&（）()]{{1,24}}(?:{'|'.join(words)})(?:[(（][^()（）]{{1,10}}[)）])?$")


@cache
def _cuts() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(_CUTS, key=len, reverse=True))})")


@cache
def _english_trades() -> frozenset[str]:
    return frozenset(company_words()["trades_en"])


def is_company_like(low: str) -> bool:
    """Do the (folded) words end like a company's name?"""
    if low.isascii() or not "\u4e00" <= low[-1:] <= "\u9fff":
        words = low.replace(".", "").split()
        return (
            bool(words)
            and (words[-1] in _english_trades() or "&" in words or _TRADE_END.search(low) is not None)
            and (len(words) > 1)
        )
    return len(low) >= 3 and _endings().fullmatch(low) is not None


def company_end(low: str, at: int, inside: int | None = None) -> int:
    """Where the company's name ends.

    With ``inside``: the end of the first part of ``low[at:inside]`` that closes like a company; ``inside`` if none does.
    Without: how far a name that ended at ``at`` goes on (「宁德时代」「（上海）」「有限公司」).
    """
    if inside is None:
        match = _AFTER_CUT.match(low, at)
        return match.end() if match else at
    cut = _cuts().search(low, at + 1, inside)
    if cut is None:
        return inside
    match = _AFTER_CUT.match(low, cut.end(), inside)
    return match.end() if match else cut.end()
