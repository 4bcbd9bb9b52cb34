"""The words around goods: what begins an item, what is none, how many there are, what one costs."""

from nlu.patterns import pattern

__all__ = [
    "ALL",
    "ARTICLES",
    "AT_PRICE",
    "BULLET",
    "CARRIAGE",
    "CONTAINERS",
    "COUNTED_NOT",
    "COUNT_WORDS",
    "EACH",
    "FEE",
    "HEAD",
    "HEAD_ZH",
    "LABELS",
    "MEASURES",
    "MINUS",
    "NOT_GOODS",
    "NO_COUNT",
    "NO_DISCOUNT",
    "NUMBER",
    "OFF",
    "OF_MEASURE",
    "OF_TIME",
    "OF_WHAT",
    "ON_PAPER",
    "PAPER",
    "PER",
    "PER_TIME",
    "PRICE",
    "PRICE_BEHIND",
    "QUANTITY",
    "RATIO",
    "SOLD",
    "SPLIT",
    "TERMS",
    "TIMES",
    "TIME_UNITS",
    "TOTAL",
    "WORD",
    "WORD_COUNT",
]  # fmt: skip

SPLIT = pattern(
    r"[，；;。、！\n]|!(?=\s)|(?<!\d),|,(?!\d{3}(?!\d)|\d\d,\d\d)|(?<=\d[袋套台箱吨件桶瓶张把只盒包卷条辆盆])(?=(?![每一单共总合价优打折给到])[\u4e00-\u9fff]{2,8}\s?\d)|(?<=\s)(?:and|plus|&|\+)(?=\s)|以及|还有|另加|外加"
    r"|(?<=[\u4e00-\u9fff\d])和(?=\d+[\u4e00-\u9fff])"  # 办公椅 580 一把|和|10 张会议桌
    r"|(?<=\d)\s+(?=[\u4e00-\u9fff]{2,8}?(?:[每一][\u4e00-\u9fff]\s?)?\d)"  # 每台 3200| |安装费每台 300
    r"|(?<=一[\u4e00-\u9fff])\s+(?=\d)"
    r"|(?<=[\d一][袋套台箱吨件桶瓶张把只盒包卷条辆盆个支块斤米])\s+(?=[\u4e00-\u9fff]{2,8}\d)"  # 一吨| |滴灌带 50 卷
    r"|(?<=[a-z\d])\.\s+(?=[a-z]{3})"
)

_TIME_ZH = "(?:人?天|工?日|小时|钟头|个?月|周|年|学期|课时)"
_TIME = "(?:day|hour|week|month|year|quarter|session)"

BULLET = pattern(r"(?m)^[ \t\u3000]*(?:[-*•·–][ \t\u3000]+|\(?\d{1,2}[.、)）][ \t\u3000]*(?!\d))")

RATIO = pattern(r"(?<![a-z\d.])\d{1,3}(?:\s*[-/:]\s*\d{1,3})+(?!\d)")  # terms of payment, a day

HEAD_ZH = (
    r".*(?:报(?:[一二两三四几]?[个份])?价单?|报一下价|[下订]了?(?:第?[一二三四五六七八九两\d]?[个张笔份]?)订?单"
    r"|订购|订货|采购|购买|订了|买了?|签了?[一个份]*合同)了?"
)

HEAD = pattern(
    rf"(?P<colon>(?:^|[\n，。])[^：:\n，]*(?:报价|报个价|订单|下单|采购|合同|quote|quotation|offer|order|contract|po)"
    rf"[^：:\n，]{{0,40}}[：:])"
    rf"|(?P<zh>^{HEAD_ZH}(?:给[^\s，,]+)?[：:，,\s]*)"
    r"|(?P<en>^(?:(?:please|pls|kindly|can you|could you|let's) )*(?:quote|price|offer|order)"
    r"(?: (?:him|her|them|up))?(?: for| to)?\s)"
)

NOT_GOODS = pattern(
    r"有效|付款|首付|预付|定金|订金|尾款|余款|验收|质保|签约|签订|交货|交付|到货|发货|合计|总价|总额|总计|共计|共|税"
    r"|编号|号码|合同号|订单号|单号|账期|月结|[分期]期|[\d一二三四五六七八九]成"
    r"|\b(?:valid|until|terms?|down|deposit|upfront|acceptance|warranty|net|total|in all|tax|vat|signed|number|no\.|due"
    r"|deliver(?:y|ed)?|payment|paid|instal?lments?)\b"
)

PAPER = pattern(
    r"(?:[a-z]+ )?(?:payments?|instal?lments?)"
    r"|[一两二三四五六七八九十\d]{1,3}年|[每全]年|年费|折|报价单?|合同|订单|发票|方案|资料|quot(?:e|ation)|offer|proposal|contract|invoice|order"
)

TERMS = pattern(
    r"一次性|付清|[付结交收]\D{0,2}[一两二三四五六\d]+次|(?:每个?|按|逐)(?:季度?|月|半年|年)度?[付结交收]|(?:首付|首期|预付|定金|订金|验收|质保|尾款)款?\s*(?:\d{1,3}(?![\d.]|\s*[元块万台套个])|[一二三四五六七八九半]成)"
    r"|\bnet[- ]?\d|月结|账期|\binstal?lments\b|分.{1,3}[期]"
)

TIME_UNITS = frozenset(("hours", "days", "weeks", "months", "years"))

TIMES = frozenset(("x", "×", "*"))

COUNTED_NOT = frozenset(("期", "笔", "成"))

# Units that are goods where nothing else is named: "20 licences at 4,500"; and any other plural that measures nothing.
SOLD = frozenset(
    [
        "license",
        "licenses",
        "licence",
        "licences",
        "seat",
        "seats",
        "user",
        "users",
        "subscriptions",
        "kits",
        "panels",
        "sensors",
        "tickets",
        "screens",
        "cameras",
        "tvs",
    ]
)

MEASURES = frozenset(
    ("units", "boxes", "pallets", "sets", "pieces", "pcs", "tons", "tonnes", "kilos", "pounds", "metres", "meters",
     "feet", "litres", "liters", "gallons", "hours", "days", "weeks", "months", "years", "rolls", "packs", "cases",
     "cartons", "bags", "bottles", "dozens", "crates", "drums", "pairs", "sheets", "times", "lots", "people",
     "instalments", "installments", "payments", "invoices", "orders", "quotes", "contracts")
)  # fmt: skip

# Measures that are themselves what is sold where nothing else is: 20,000 crates at 1.15.
CONTAINERS = frozenset(
    ("crates", "pallets", "boxes", "drums", "cartons", "cases", "bags", "bottles", "rolls", "packs", "sheets")
)

# A clause that is nothing but what bringing it costs: "delivery 180".
CARRIAGE = pattern(
    r"\s*(?:delivery|shipping|carriage|freight|transport)(?: (?:is|at|of|for|charge|cost))*"
    r"\s*[£$€¥]?\d[\d,.]*k?\s*"
)

QUANTITY = pattern(r"(?:数量|qty|quantity)\s*(?:是|为|:|：|=|to|is)?\s*$")

PRICE = pattern(
    rf"(?:[单吨米台套件斤平箱]价|价格|售价|定价|[每一]个?{_TIME_ZH}|每[\u4e00-\u9fff]?|@|\bat|\beach|\bprice|/)\s*(?:是|为|:|：|=|to|is)?\s*[$€£¥]?\s*$"
)

PRICE_BEHIND = pattern(r"\s*(?:元|块|rmb|usd)?\s*(?:/|每|一[\u4e00-\u9fff](?=[\s,;。、和]|$)|each|per|apiece|a piece)")

EACH = pattern(r"\d\s*(?:元|块)?\s*一[\u4e00-\u9fff]$")  # 「200 元一台」 tells a price, rather than how many

# What is sold once beside goods, or once for each of them.
FEE = pattern(
    r"费$|安装|调试|培训|实施|运输|维保|服务|质保|备件"
    r"|\b(?:install(?:ation|ing)?|deliver(?:y|ing)|shipping|freight|carriage|set-?up|training|service|support|warranty"
    r"|maintenance|commissioning|fitting|plan|fees?|licen[cs]e|implementation)\b"
)

# A sum behind so many is what all of them come to where it is only about: 「6台，大概180万」.
ROUGHLY = pattern(r"(?:大概|大约|约|差不多|估计|左右|around|about|roughly|approx\w*|maybe)\s*$")

TOTAL = pattern(r"(?:预算|合计|总价|总额|总计|共计|一共|共|budget|total|in all)[^\d]{0,6}$")

MINUS = pattern(r"(?:[-−–负]|\bminus)\s*[$€£¥]?\s*$")

NO_DISCOUNT = pattern(r"打?\s*(?P<left>\d{3,4})\s*折")  # 打 120 折

OFF = pattern(r"优惠|折扣|减|让利|下浮|\boff\b|discount|\bless\b")

ALL = pattern(r"全部|整单|一律|都|总体|\b(?:all|everything|overall|throughout)\b")

PER = pattern(r"(?:/|每|\bper )\s*(?P<unit>[\u4e00-\u9fff]|[a-z]+)")

LABELS = pattern(
    r"(?:另外|(?:先|再|也|还|又)(?:下单?|[发订要来拿加买])了?|(?<!外)(?:追加|加)了|(?<!其)[他她]们?|客户|对方|老板|那边|想订|要订|(?:拿下|赢|签|成交|谈成)(?:下来)?了|[^\0]*说(?![明服])|(?:定|敲定|确定|确认|定下来|确认下来)了|剩下的?|其余的?|余下的?|想要|需要|想买|要买|想订|要了|买了|订了|产品名称|产品|品名|商品|货品|名称|数量|[单吨米台套件斤平箱]价|价格|售价|定价|折扣|优惠|给予|(?:打|各|为|是|按)(?=[\s\d\0:：]|$)"
    r"|(?<![一-龥])要|要(?=[\s\d\0]|$)|(?<=[们户方还])要)"
    r"|每[\u4e00-\u9fff]|/\s*(?:[\u4e00-\u9fff]|[a-z]+)|(?<![\u4e00-\u9fff])(?:元|块)(?![\u4e00-\u9fff])|全部|整单|一律"
    r"|\b(?:product|item|qty|quantity|unit price|price|discount|at|each|per(?: [a-z]+)?|apiece|off|less|of|a"
    r"|(?:for|with)(?=\s*(?:a )?(?:[\d\0$£€¥]|them\b|him\b|her\b|us\b|me\b|the\b|$))"
    r"|all|everything|overall|throughout|make it|should be|is|to|wants?|needs?"
    r"|would like|won|signed|sa(?:id|ys) yes|agreed|confirmed|went for|committed"
    r"|lump ?sum|flat|they|we|so|he|she|first|the other|other|remaining|the rest|another|more"
    r"|about|around|roughly|maybe|budget"
    r"|(?:can|could) (?:they|we|you|i)(?: get| have)?)\b|预算|大[概约]|差不多|左右|可能|估计|(?:聊|谈|沟通|讨论)[了过]"
    r"|(?<![a-z])[x×*](?=\s|\x00|$)|[@：:=|/\t]"
)

OF_MEASURE = pattern(r"\s+(?P<unit>[a-z]+)(?= of\b)")

# What a price is for, where time is sold: 「每天」 850, 95 "an hour".
PER_TIME = pattern(
    rf"(?:每个?|一个?){_TIME_ZH}(?=\s*[¥$€£]?\d)|(?<=[\d元块万千k])\s*(?:/|每|一){_TIME_ZH}"
    rf"|(?<=[\dk])\s*(?:/|(?:an?|per|each|every)\b)\s*{_TIME}\b"
)

# What follows a time that is sold: its name, and its price.
OF_TIME = pattern(
    rf"[^，,;；。\n\d]{{0,40}}[，,]?\s*(?:(?:单价|(?:每个?|一个?){_TIME_ZH})\s*[¥$€£]?\d"
    rf"|[¥$€£]?\s*\d[\d,.]*\s*[万千k元块]*\s*(?:/|每|一)\s*{_TIME_ZH}"
    rf"|(?:(?:at|@|for)\s*)?[¥$€£]?\s*\d[\d,.]*k?\s*(?:/|(?:an?|per|each|every)\b)\s*{_TIME}\b"
    r"|(?:\bat|@)\s*(?:[¥$€£]\s*\d|\d[\d,]+(?![\d:]|\.\d\d\s*[ap]m|\s*(?:[ap]m|o'clock|hrs)\b)))"
)

OF_WHAT = pattern(r"\d (?:[a-z]+ )?[a-z]+ of $")  # 400 drums of |toner|

ON_PAPER = pattern(
    r"\b(?:on|under|against|off|for|from) (?:the|that|this|our|their) "
    r"(?:[a-z]+ ){0,2}(?:contract|order|quote|agreement)\b"
)

AT_PRICE = pattern(r"(?:@|at)\s*\d+(?:\.\d+)?")

NUMBER = pattern(
    r"(?<![\w.,])(?<!\w-)(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,6})?(?![\w%])(?!\.\d)"
    r"|(?<![a-z\d.-])(?<!\d,)\d{1,9}(?:\.\d{1,6})?(?=\s?一[\u4e00-\u9fff](?:[\s,;。、和]|$))"  # 泵|200|一台
)

NO_COUNT = pattern(r"第$|报$|[a-z\d]-$")  # 「第一个订单」, 「合同号 A-1」

WORD = pattern(r"[\w\u4e00-\u9fff]")

COUNT_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
ARTICLES = ("a", "an")  # "a capper at $25,000"

WORD_COUNT = pattern(
    rf"\b(?:a|an|{'|'.join(COUNT_WORDS[1:])})(?= [^,.;\n]{{2,40}}(?:\bat\b|@|\bfor\b) ?[$€£¥]?\d"
    r"[^,.;\n]*(?:,\d{3})*(?: each| apiece| a piece)\b)"
    r"|\b(?:a|an|one)(?= (?!total\b|discount\b|price\b|quote\b|quotation\b)[a-z][^,.;\n]{2,40}"
    r"(?:\bat\b|@|\bfor\b) ?[$€£¥]?\d)"
)
