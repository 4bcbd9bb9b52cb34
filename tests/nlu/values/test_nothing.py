"""Texts without any date, time or amount: nothing may be printed for them."""

from datetime import datetime

import pytest

from config.types import Language
from nlu.values import find_values, values_json

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")

CHINESE = """
张总说可以考虑一下，我们一起去
电话13800138000，微信同号
联系人王工 010-62345678
订单号SO20261130-07还没发
合同编号HT-2026-118
服务器地址192.168.1.1
升级到v2.1.3版本
型号M8和502胶水
两个人都同意了
一定要统一一下口径
千万别忘了
万一客户不同意
十分感谢
他有点不满意，提了三点意见
三星和联想都在谈
早上好
下午好，在吗
晚安
你好，请帮我查一下客户
一共几个商机
客户上次说的问题解决了
前面那个方案不行
后续再说
帮我看看漏斗
第一名是谁
华为终端的张总
讲个笑话
谢谢
客户很满意，打五星
满意度4分
给5分好评
评分3/5
中间商是谁
上海分公司
下单了吗
最后一个问题
年轻客户多
日常维护
天天有人问
周总在吗
周经理电话是多少
季总同意了
月薪面议
这个点子不错
再等等
万科的项目怎么样
五粮液集团
百度和千寻
一汽大众
三一重工要样机
六和物流
用户说系统慢
半成品
前天津分公司经理
今日头条的王总
明日科技有限公司
我们是7天酒店的
58同城
51job 的李经理
QQ 12345678
邮编 518000
身份证 110101199003074518
房间1203
附件3.docx
第3版方案
张三说李四不来
号码是多少
微信号 wx_2026
时间你定
点一下确认
他半天没说话
全年无休
双方同意
分分钟搞定
有一点贵
差一点就成了
二话不说
一直没回
第二个方案
方案一和方案二
A轮融资
i5 处理器
win11
5G 基站
4S店
ISO9001认证
1:1 沟通
比分 3:2
"""

ENGLISH = """
you may want to call them
march on
give me a second
he sat down in the sun
call me at +1 415 555 2671
my number is 555-0100
3 out of 5 stars
version 2.1.3 is out
the server is 10.0.0.12
PO# PCT-7741 shipped
invoice INV-2026-0042
model X200 and M8
we might fall behind
spring for the upgrade
second opinion
the first customer
one of them agreed
it's a go
I am in
thanks a million
all day long we argued
how are you
tell me a joke
who is the owner of Acme
he's back in the office
June from Acme called
April said no
May Chen is our contact
Jan Novak is the CTO
August Capital is interested
Mark the deal as won
what is the pipeline
show my open opportunities
satisfaction 4
score: 9/10
24/7 support please
50/50 chance
1:1 meeting
ratio 3:2
room 502
building 7
ISO 9001 certified
Windows 11 laptops
the 3rd party tool
Fortune 500 company
Form 10-K
4K monitors
B2B sales
Web 3.0
step 2 of 5
the quarter pounder
please reset my password
order SO20261130-07
I'll be right back
at the end I agreed
the last one
last but not least
next step is unclear
this is the one
the other half
Sun Microsystems
they sat on it
a couple of issues
a few questions
over the moon
by the way
from A to Z
between you and me
before lunch with Bob we agreed
after all
since you asked
for now it's fine
right now we are busy
call back later
sooner or later
Q&A session
H2O filters
part number 12-34567-89
zip 94107
ext. 204
Route 66 Logistics
7-Eleven
3M wants a quote
the 80/20 rule
day one
good morning
good night
have a nice weekend
Monday Corp is a rival
century park
what does he mean
it costs an arm and a leg
a pound of flesh
penny is the buyer
they won the deal
try again
real estate
Rand Corp
"""


@pytest.mark.parametrize(
    ("text", "lang"),
    [(text, "zh") for text in CHINESE.strip().splitlines()] + [(text, "en") for text in ENGLISH.strip().splitlines()],
)
def test_nothing_is_found(text: str, lang: Language) -> None:
    assert values_json(find_values(text, now=NOW, lang=lang), NOW) == []
