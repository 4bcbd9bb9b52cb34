"""Texts without any date, time or amount: nothing may be printed for them."""

from datetime import datetime

import pytest

from config.types import Language
from nlu.values import find_values, values_json

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")

CHINESE = """
这个方案三心二意可不行
他做事一心一意
客户七上八下拿不定主意
九牛一毛而已
十有八九能成
一天到晚都在忙
半天没回我
等了半天也没人
一下子来了好多人
第一次见这种客户
第三方检测报告
二把手说了算
两手准备
三番五次催他
四通八达的物流网
五花八门的需求
六神无主
八字没一撇
百分之百支持
千方百计
万无一失
一般般吧
一边走一边说
一样的配置
一直没消息
一律不准
统一发票抬头
单一来源
唯一联系人
一起吃饭
三楼会议室
二楼展厅
5号楼302室
8号线地铁站
501房间
12栋3单元
C区7排4号
拨打400-820-8820
分机号6021
尾号8866的客户
我手机是13912345678
传真021-55667788
QQ号 334455667
微信号 lihua2008
车牌粤B12345
身份证后四位3344
邮编518000
税号91310000MA1K3
快递单号SF1234567890
端口8080不通
IP是10.0.0.12
升级到3.2.1
版本号V5.0
iOS18不支持
Win11装不上
型号XK-3190
A4纸没了
M12螺栓
304不锈钢
45号钢
P60手机
G200网关
H3C交换机
5G专网
4K摄像头
GB50016规范
CR90系统
三相电机
二次元客户
双方都满意
七匹狼
三只松鼠的采购
五粮液的经销商
三一重工的张总
一汽的王部长
八马茶业
九阳股份
三七互娱
四维图新
五矿集团
六国化工
七牛云
九州通
百度的李总
万达的刘总
千山药机
一心堂
二重装备
三棵树
四川长虹
秋林食品
春秋航空
早安酒店
周大福
周黑鸭
季华实验室
年年红家具
元祖食品
元气森林
块状包装
角钢供应商
分众传媒
点点客
点都德
时代电气
刻度不准
分辨率太低
秒表计时功能
月饼供应商
月嫂公司
年会策划
日立电梯
日丰管业
星期八小镇
今世缘
明珠酒店
客户有点意见
提三点要求
差一点就签了
快一点
便宜一点
早点休息
晚点名
点餐系统
打八折行不
满分5分给4分
评分4.5
3比2赢了
1:3的比例
9成新
一成不变
八成能行
3个人去
两台设备
五套网关
十箱样品
一百二十个点位
20吨钢材
50米线缆
3公里外
5公斤
75寸屏
220V电压
60赫兹
38度高烧
零下十度能用吗
第二名是谁
第1步做什么
第3条改一下
前三名
倒数第二
一号位
二期三期都要
Q版形象
H型钢
一对一辅导
三合一打印机
四件套
五金店
六角螺母
七座车
八达岭
九宫格
十字螺丝
半自动
半导体客户
全年无休吗
终年不化
随时联系
有时候会掉线
暂时不考虑
及时雨
平时怎么联系
什么时候有空
几点下班
哪天方便
多久没联系了
好久不见
最近怎么样
将来再说
以后联系
回头聊
改天吧
刚才那条
现在什么阶段
目前没有预算
马上处理
随便看看
周到的服务
周边配套
周转箱
周期太长
日常巡检
月台改造
年轻人
年审报告
号召力
点位图
点赞
时效性
分期付款可以吗
分三次交货
元器件
元宇宙
块头大
毛利率
毛总
角度不对
万总
千总
百总
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
S7-1200 PLC
1080P
how do I add a customer
second floor meeting room
third party audit
first come first served
one of the buyers
two of them agreed
at one point
once again
one by one
on the one hand
may I have the number
it may work
they may sign
march on with the rollout
sun is shining
Sunny the buyer
April from Acme
June at Globex
May Chen called
Augusta Tools
August Winter GmbH
mon ami
sat down with them
wed like a demo
fri ed chicken
sec filing
min order quantity
hour glass figures
day care centre
Monthly Review magazine
Weekly Standard
Daily Mail
Year Zero Studio
century city
decade long
spring water supplier
fall protection gear
winter tyres
summer house builder
autumn leaves cafe
morning star foods
evening standard
night shift manager
v5 release
room 204
building 12
gate B7
flight BA249
route 66 diner
boeing 747
iPhone 15
ISO 27001
GPT-4
port 8080
192.168.0.1
10.0.0.5 is down
call 555-0142
+44 20 7946 0101
(212) 555-0177
ext 4402
PO box 99
order SO-1234
ticket #5531
invoice INV-2027
contract 88/A
SKU 40213
part no 77-31-2
zip 90210
3M tapes
7-Eleven stores
Forever 21
Studio 54
Level 3 networks
Phase 2 rollout
Section 9
chapter 11 filing
catch 22
50/50 split
9 to 5 job
2x4 timber
4x4 trucks
10 gauge wire
M8 bolts
12 volt battery
5 star hotel
rated 4.5
score 8
20 units
300 licences
3 pallets of caps
two dozen eggs
half the team
a quarter of them
double check
triple glazed windows
single malt
no. 7
number one supplier
top 10 list
top three customers
the big four
second hand forklift
second to none
who is next
what's next
last resort
next door neighbour
past performance
present the deck
current account
recent calls
the future of work
now what
right now is fine
some time soon
later gator
earlier version
before we sign
after the demo
since they moved
until further notice
at least
in general
on hold
over budget
under review
within reason
for good
the end of the line
start up
mid size company
early bird
late payer
rest assured
to date we have none
due diligence
daylight saving
weekend warriors
fortnite game
half baked
annual report please
bi-weekly sync
time out error
time flies
date palm farm
dated design
period furniture
term sheet
grand hotel
pound cake
buck up
dollar tree
euro trip
yuan li called
penny from accounts
cent percent sure
quid pro quo
sterling silver
mark the deal as won
franc the buyer
rand corporation
won deals
crown paints
peso restaurant
cap and trade
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
