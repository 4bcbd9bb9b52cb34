"""The words beside a time that tell its role: what took place, what comes next, when it closes, or something else."""

from nlu.patterns import pattern

__all__ = [
    "APPROVED", "BACK", "CLOSE_AFTER", "CLOSE_BEFORE", "DAYS_WITHIN", "EVENT", "EVERY_WEEK", "EXPECTED", "FESTIVE",
    "FORWARD", "FUNDS", "HELD_UNTIL", "IS_BACK", "ITS", "LATER", "LATER_SUPPLY", "MOVED_TO", "NEXT_EN",
    "NEXT_NEAR", "OTHER", "PAST_EN", "PAST_ZH", "PLAN_HEAD", "PROMISE", "REPLY", "SOMEBODY_BEFORE", "SUPPLY",
    "THEIR_SUPPLY", "THEY_ARE", "TOPIC_OF", "TO_ME", "UNTIL", "WHOSE_EVENT", "WISHED",
]  # fmt: skip

CLOSE_BEFORE = pattern(
    r"(?:预计|预估|计划|争取|力争|希望|打算|最晚|目标)?(?:成交|签约|签单|签合同|签下|关单|结单|落单|"
    r"招标|开标|立项|采购|上会|定标|下单|拍板|成单)(?:日期|时间|日)?(?:是|在|为|：|:|到|改到|推到|"
    r"改成|延到|大概|约|应该|调整到|\s)*$"
    r"|(?:预计|预估|估计|争取|力争)(?:是|在|能|于|到|：|:|\s)*$|年?内?能?(?:定下来|签|成交)(?:在)?$"
    r"|(?:clos(?:e|es|ing)(?: date)?|sign(?:s|ing)?|expected(?: close| to close| by| in)?|decision|"
    r"decid(?:es?|ing)|eta|go(?:es)? live|award(?:ed)?|target(?: date)?|land(?:s|ing)?|(?<!the )(?<!revised )contract)"
    r"(?: "
    r"(?:is|date|for|of|expected|likely|probably|it|them|this|pushed|moved|slipped|to|the deal|around|"
    r"about|sometime|at))*[ :=]*(?:by|in|on|before|for|around|at|to|the|end of|until|-)?\s*(?:the )?"
    r"(?:大概|大约|约|预计|在|是|到)*$"
    r"|\b(?:sign|clos|decid|decision)\w* (?:by|before) (?:the )?(?:\w+ ){0,3}$"
    r"|\b(?:wants?|needs?|likes?|hopes?|get|have) (?:it|this|that|the (?:deal|contract)) (?:all )?"
    r"(?:signed|closed|sealed|wrapped up)(?: off)?(?: by| before| in| on)? ?(?:the )?$"
)

CLOSE_AFTER = pattern(
    r"^\s*(?:前|之前|以前|左右|份|那会|的时候|就|走|会|可以|应该|大概|能|要|才|再|可能|估计|必须|内|里|"
    r"正式|一定|准备|想|打算|争取|底|前后)*(?:签(?!到|收)|成交|定(?:下|下来|标|$|[，。,;；\s])|下单|"
    r"敲定|招标|开标|立项|落地|有钱|有预算|批|拍板|盖章|走章|签字|关单|要货|采购|成单|投标|上会|上线|付款|订货|走完流程|close|"
    r"closing|sign|signing|decision|go-live|go live|start)"
)

NEXT_NEAR = pattern(
    r"(?:再|下次|下回|下一次|下一步|约|去|过去|来|见|提交|发|给|送|带|演示|拜访|回访|答复|回复|反馈|"
    r"催|打电话|回电|联系|跟进|沟通|聊|谈|碰|开会|上门|交|寄|准备|安排|报价|出|汇报|确认|对接|交流|"
    r"培训|测试|试|看|走|跟|结果|邀请|参观|考察|吃饭|复诊)"
)

NEXT_EN = pattern(
    r"\b(?:follow|next|call|ping|send|meet|meeting|visit|demo|check|chase|back|talk|see|reschedul\w+|"
    r"again|revised|proposal|quote|deliver|submit|reply|answer|due|by|review|email|catch|touch|"
    r"present|pilot|trial|session|workshop|return|set|booked|ring|circle|get|share|prepare|action|"
    r"will|i'll|we'll|let's)\b"
)

PAST_ZH = pattern(
    r"了|(?<!再)过(?!去|来|年|完)|完(?![给再就后才])|碰到|遇到|遇见|上次|刚|记录|纪要|：|来电|打来|没谈|没见|去的|见的|聊的|谈的|访的|跑的"
)

PAST_EN = pattern(
    r"\b(?:met|visited|called|spoke|talked|had|was|were|emailed|sent|saw|rang|phoned|chatted|went|"
    r"came|did|said|told|showed|sat|ate|drove|flew|swung|held|brought|presented|"
    r"caught|dropped|stopped|left|got|ran|walked|discussed|demoed|"
    r"replied|mentioned|asked|wanted|finished|no show|took|gave|heard|reached|pitched|signed|"
    r"\w{3,}ed)\b"
)

EVERY_WEEK = pattern(
    r"(?:on |only )?(?:mon|tues|wednes|thurs|fri|satur|sun)days"
    r"(?:(?: and|,| or|/)? ?(?:mon|tues|wednes|thurs|fri|satur|sun)days)*"
)

TOPIC_OF = pattern(
    r"^ (?:shipment|delivery|batch|audit)\b|"
    r"^那[批笔单次]|^(?:资金|钱)?(?:紧|忙|盘点|结账|对账|冲刺)|"
    r"^(?:年|年度|季度|月份|版|款|的?(?:合同|报告|计划|预算|营收|销量|订单|对账|数据|展会|活动|方案|用量|需求|"
    r"项目|版本|报价|发票|账期|结余|指标))|^ (?:budget|report|contract|plan|version|numbers|results|revenue|invoice|"
    r"order|model|edition)"
)

# Xmas| drinks with the Polwarth lot last night
FESTIVE = pattern(
    r"(?:at )?(?:xmas|christmas|easter|new year'?s?|diwali|eid|thanksgiving|春节|中秋|国庆|元旦|圣诞)节?"
    r"\|\s?(?:drinks|party|lunch|dinner|do\b|cards?|hampers?|gifts?|rush|sale|break\b|聚会|聚餐|晚宴|礼[物品盒]|促销|大促|备货)"
)

THEY_ARE = pattern(r"\b(?:they|he|she|it)(?:'re|'s| are| is) (?:\w+ )?\w+ing\b")  # they're opening a depot |in March

# They'd take three if we can do delivery |before Christmas; he wants it in |by Feb
THEIR_SUPPLY = pattern(
    r"\b(?:they|he|she|client|customer|wants?|needs?)\b.*"
    r"\b(?:deliver(?:y|ed)|install(?:ed|ation)|in place|up and running|live|in)\s*$"
)

# 希望|六周内|交货
WISHED = pattern(
    r"(?:希望|要求|想要|需要|得|必须|能不能|最好|要)(?:在|我们|能|可以|是)*\s*$"
    r"|(?:wants?|needs?|expects?) (?:it|them|delivery) ?$"
)

SUPPLY = pattern(
    r"\s*(?:之?内|以内|就?能?|可以|要)*(?:交(?=[一二两三\d])|交货|交付|供货|到货|发货|出货|装好|上线|投产)"
    r"|\s*(?:delivered|shipped|installed|live)"
)

SOMEBODY_BEFORE = pattern(r"(?:他们?|她们?|对方|客户|[总理任长工])(?:说|准备|打算|要)?$")

LATER_SUPPLY = pattern(r"(?:推迟到|延迟到|延到|推到)\|(?:再|才)?(?:发货?|交货?|提货|到货|装|送货)(?:[，。,;；\s]|$)")

HELD_UNTIL = pattern(
    r"限期(?:是|为)?$|(?:锁|锁价|有效期?|质保|保修|租|放假|休假?|排|忙|用|签|拖|不变)(?:到|至)$|"
    r"(?:窗口|船期|进坞|工期|交期|档期)(?:是|为|在|:|：)?$|"
    r"\b(?:froze|frozen|freeze|locked|valid)\b[^.;,]{0,24} (?:until|till|to) $|"
    r"\b(?:renewal|renews|expir(?:es|y)|runs out"
    r"|(?:contract|lease|licen[cs]e|agreement|warranty|policy|cover|subscription|tenancy) "
    r"(?:ends|finishes|is up|is over|stops))"
    r"(?: is| due)? (?:in|on|by|at the end of|end of)? ?$"
)

EXPECTED = pattern(r"(?:预计|预估|估计|计划)(?:是|在|能|于|到|要|：|:|\s)*$")

# 估计明年|会替掉进口那家
OTHER = pattern(
    r"(?:年?[初底末中]|上半年|下半年|左右|前后|之?前|就|会|能|才|可以|开始|陆续|全部|正式|都)*"
    r"(?:替|跳槽|离职|退休|调走|休产假|换掉|扩|投产|量产|开业|交付|搬|竣工|完工|封顶|试产|试运行|入住|装修|开工|动工|出结果|回国|回来)"
)

TO_ME = pattern(
    r"[多的]?[^，。,;；\s]{0,14}(?:给我|跟我|找我)(?:发|打|来|留)"
    r"(?:了|来|过)?(?:个|条|一[个条])?(?:微信|电话|消息|邮件|语音|短信|过来)"
)

REPLY = pattern(r"\b(?:feedback|reply|answer|response|comments|results?) (?:is )?expected ")

DAYS_WITHIN = pattern(r"[一二两三四五六七\d]天之?[内里]")  # 让我|三天内|出方案

UNTIL = pattern(r"(?:un)?till?\b")

# note from the |10:30| call
ITS = pattern(r"\b(?:from|after|since|re|on|about) (?:the|my|our|that) ?$")

EVENT = pattern(r" (?:call|meeting|mtg|chat|visit|demo|session|zoom|sync|catch-?up)\b")

# Thursday|'s visit to Corval: price ok
WHOSE_EVENT = pattern(
    r"(?:['’]s)? (?:call|meeting|mtg|chat|visit|demo|session|zoom|lunch|dinner|coffee|breakfast) (?:with|w/?|at|to|in) "
    r"(?!.*\b(?:confirmed|moved|postponed|rescheduled|cancell?ed|booked|set|on|off|tbc)\b)"
)

IS_BACK = pattern(
    r"(?:'s|'re|\b(?:is|are|be|s?hes|theyre)) back (?:(?:in|at|from) )?"
    r"(?:(?:the |her |his |their )?(?:office|work|leave|holidays?|vacation|travels?|(?:\w+ )?leave) )?(?:on )?$"
)  # Neil's back |Thursday|, shes back from leave on |the 6th|

# 预算要|年后|批
FUNDS = pattern(r"(?:预算|资金|经费|额度|拨款)(?:要|得|等|估计|大概|还|可能|到)*$")

APPROVED = pattern(r"(?:才|能|会|再|就|前|底|左右)*(?:批|下来|到位|下达|拨)")

BACK = pattern(
    r"\s*(?:才|就|能)?(?:回来|回国|回公司|返回|返程|回到)| (?:she|he|they)(?:'s|'re| is| are) back"
)  # 18号回来

LATER = pattern(r"下(?!午)|明|后天|大后|next|tomorrow|coming|in (?:a|two|three|\d)")

PLAN_HEAD = pattern(
    r"(?:下一步|下步|下次|再约|约(?:了|好|在)|next step|next:|follow[- ]?up|send|call (?:him|her|them|"
    r"back)|promised|chase|will |i'll|let's|ping"
    r"|meeting again|try again|action|todo)"
)

PROMISE = pattern(
    r"[^，。,;；\s]{0,2}就(?:过去|去|来|给|发)|(?:前|之前)?(?:给(?:他|她|对方)?(?:答复|回复|报价|方案)|再|要|交|发(?!了)|答复|必须)"
)

FORWARD = pattern(
    r"下一步|下次|再约|再去|再来|再过|再聊|再谈|(?<![没未])约(?:了|好|在|到)|计划|准备|打算|会去|要去|改到|推到|"
    r"挪到|延到|next|follow|will|let's|i'll|promised|rescheduled|going to|book|can (?:we|i|you)\b|could (?:we|i|you)\b|"
    r"\b(?:come|get|go|call(?: \w+)?|report|ring(?: \w+)?) back\b|\b(?:try|call|meet|speak|ring) (?:\w+ )?again|"
    r"\b(?:said|says|told|say) (?:on |by )?\||"
    r"maybe\b|\brevert\b|"
    r"\b(?:i|we)(?:['’]?d|['’]ll) (?!(?:have|been|had|just|already|sent|met|seen|said)\b)\w+|"
    r"\bto (?:come|meet|talk|speak|see|call|visit|discuss|review|demo|present)\b|"
    r"\b(?:pls|please|need to|gonna|going to) |revisit|regroup|\bpencil|\blined up\b|\bscheduled\b|\bdiari[sz]ed\b|"
    r"paperwork|out by|\b(?:call|ring|phone|text|email|ping) (?:him|her|them)\b"
)

MOVED_TO = pattern(r"\b(?:mov|push|bump|shift|slip|reschedul|postpon)\w+ (?:[\w/&'.-]+ ){0,6}(?:to|until|till) ?$")
