"""Rivals in a message: those it is lost to, or compared with, or who quote less."""

from nlu.company_like import is_company_like
from nlu.patterns import pattern
from nlu.scene import Scene

__all__ = ["mark_rivals"]

_IS = r"(?:是|有|为|：|:|\(|家|的|是指|\s)*"
_RIVAL_BEFORE = pattern(
    r"(?:竞争对手|竞品|友商|竞对|对手|同行|competitors?|rivals?|"
    r"\b(?:lost (?:[\w'&]+ ){0,4}to|(?:went|go|goes|going) (?:with|w/)|gone (?:to|with|w/)|chose|"
    r"picked|vs\.?|versus|against|than|beat|"
    r"instead of|compar\w+ (?:us )?(?:with|to)|incumbent|also (?:talking to|looking at|considering|seeing)|competing "
    r"(?:with|w/)|(?:re-?upped|re-?signed|signed up|locked in|a deal) (?:with|w/)|undercut by|beaten by|"
    r"quoted (?:[\w.,$£€]+ ){0,3}by|"
    r"(?:current|existing|their) (?:vendor|supplier|provider)|currently (?:on|using|with)))"
    rf"{_IS}(?:[\w·&.]{{1,12}}[、,/和与及 ])*$|"
    r"(?:输给(?:了)?|败给(?:了)?|被|比|不如|选(?:了|择了)|对比(?:了)?|"
    r"(?:现在|目前|原来|以前|之前|一直|正|都|全|还)在?用的?(?:一直|都|就|也)?|在用的?|(?<![费试信])用(?:了|着|过)|试过|"
    r"现有的?(?:厂商|供应商|厂家|系统|设备)?|定了|选定了?)"
    rf"{_IS}(?:[\w·&.]{{1,12}}[、/和与及])*$"
)
_RIVAL_AFTER = pattern(
    r"^(?:也(?:在(?![看找选问用]|打听|考虑|了解|比较)|给|报|来)|直接(?:给|报|降)|(?:的|那边)?(?:比过|在比|比着|比(?=[\s，。,;；/]|$)|做?对比)|签了[一二两三四五\d]年|的?(?:报价|价格|方案)(?:更|比|才|只|低|便宜|是)|报(?:了|价|的)|那边(?:报|"
    r"便宜|价格)|抢|便宜|更低|更便宜|截胡|中标|给(?:了|的)(?:价|更低)|\s*(?:is|are|was) (?:cheaper|"
    r"offering|bidding|at (?=[\d$£€])|quoting|undercutting|also)|\s*at (?=[$£€]\d|\d[\d.,]*[km]\b)|"
    r"\s*(?:has |have |had )?(?:quoted|offered|bid|undercut|came in|"
    r"underbid)|'s (?:price|quote|offer|bid)|\s*(?:got|took|snatched|grabbed) (?:it|the deal|this one))"
)

_GOODS = pattern(r"[机器仪柜线泵阀件]$|(?:系统|软件|设备|材料|模块|服务)$")  # 种植机|报价8万6
# Without one of these no rival is named.
_RIVAL_WORD = pattern(
    r"竞|友商|对手|同行|输给|败给|被|比|不如|选|也在|也给|也报|也来|报|抢|便宜|更低|截胡|中标|给的|那边|的报价|的价格|的方案"
    r"|用|试过|签了|现有|定了|跟|和|与|直接|vendor|supplier|provider|currently"
    r"|competitor|rival|lost|went w|chose|picked|vs|versus|against|than|beat|instead of|"
    r"compar|go with|goes with|going with|got (?:it|th)|took (?:it|th)|snatched (?:it|th)|grabbed (?:it|th)|incumbent|"
    r"also |competing|undercut|re-?upped|re-?signed|signed up|locked in|a deal w|quot|offer|bid|cheaper"
    r"|'s (?:price|quote)|came in| at "
)


def mark_rivals(s: Scene) -> None:
    """Notes where the names of rivals stand (``Scene.rivals``): nobody of theirs is customer or contact."""
    low = s.m.low
    if not _RIVAL_WORD.search(low):
        return
    spans = [(n.start, n.end) for n in s.m.names if n.name.kind == "customer"]
    spans += [(c.start, c.end) for c in s.m.all("company.known")]
    named = {c.start for c in s.chunks if "func.to" not in c.left and is_company_like(low[c.start : c.end])}
    subjects = (
        named | {c.start for c in s.chunks if not {"edge", "person.rival"}.isdisjoint(c.left)} | {a for a, _ in spans}
    )
    spans += [(c.start, c.end) for c in s.chunks if not _GOODS.search(low, c.start, c.end)]
    for start, end in spans:
        before = low[max(0, start - 40) : start]
        cut = max(before.rfind(mark) for mark in "。；;\n.")
        before = before[cut + 1 :]
        if _RIVAL_BEFORE.search(before) or (start in subjects and _RIVAL_AFTER.match(low[end : end + 30])):
            s.rivals.append((start, end))
