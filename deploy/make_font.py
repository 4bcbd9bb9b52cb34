"""Makes the font of the pictures: a subset of Noto Sans CJK SC (SIL Open Font License 1.1).

Run by hand, when the set of characters changes (fonttools is all it needs):

    python deploy/make_font.py NotoSansCJK-Regular.ttc

The source is the file of Debian's package fonts-noto-cjk. All of GB 2312 is kept, beside Latin as far as the source has
it (Western Europe, Vietnam, pinyin), signs, and characters frequent in names that GB 2312 lacks.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parents[1] / "bot" / "pictures" / "data" / "crmbot-sans.otf"
SIMPLIFIED_CHINESE = 2  # which font of the collection
NAMES = (
    "喆堃珺镕旻翀翯赟頔頫昇瑀璟璠璘瑄瑢玥玙珅珩珪珮琇琎琤琬琰瑆瑨瑭瑱瑷璆璈璐璞璨璩璪晞晟晔晗晙暐暄曦曈昉昀昳旸炜炘烜烨焜焱煊煜熠熹燊"
    "邗邰邳郇郗郜郓郯鄄鄢鄞闫阎冼仝亓丌仉佘佟俞偲儁冔劼劭勖勍卻叡咏喈嚞囍圳圪垚垲埕埔埗塱墉夤奡妍姮姝姞婕婧婳媖媛嫄嬅嬿孖孛宓宸寔寯屾岚岑岘峄"
    "峣崟崴嵘嵩嶓巘帡弢彧忞怡恺悫悰愔慜懋戬扆掞揆摛擘攸敉斐斓旃昊昱晏晁杲枞枨柽桁桉桢梓梽椀楒楠榕榛槿樾橦檀欣歆毖毓汧汭泓泮洄洮浛浠涪淇淏淦淯湉湜湲"
    "溦滢滟漪澍澔潇濬瀛灏炅烓焓犇猷甯畑砼碶祎祺禔禛禹禺秾穆筠箐篪粟绎绛绯缇缦羿翊翙翚翥聃聿胤膑舸芃芊芮苒茜荀荃荣莘莹菁菀菡萱葳蒨蓁蔚薇薏蘅虓虢蜎衎"
    "袆裎觊訚訾詠誉谌谞豫赪趵跞辂迦迺逄逯遨邈鑫鎏鎔钊钋钌钐钧钰铄铉铖铠铧锃锜锴镐镓闰闳闻阊阗陟隗隽雯霁霂霄霏霓霖靓靖鞠韡韪顒颀颉颋飏馥骁骐骞魁鲲鳌鸾鹂麒麟黛龢"
)


def wanted() -> Iterator[str]:
    """All characters that a picture can show."""
    for first in range(0xA1, 0xF8):
        for second in range(0xA1, 0xFF):
            yield bytes((first, second)).decode("gb2312", "ignore")
    yield NAMES
    for start, end in ((0x20, 0x7F), (0xA0, 0x100), (0x1EA0, 0x1EFA)):
        yield "".join(map(chr, range(start, end)))
    yield "ĂăĐđĨĩŌōŒœŨũƠơƯư€₩₫‰′″※№™−≈≠≤≥▲△▼▽●○◆■□★☆✓…—–“”‘’←↑→↓"


def main(source: str) -> None:
    """Write the subset."""
    from fontTools import subset

    options = subset.Options()
    options.font_number = SIMPLIFIED_CHINESE
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.drop_tables += ["BASE", "GPOS", "GSUB", "GDEF", "VORG", "vhea", "vmtx", "DSIG"]
    options.notdef_outline = False
    options.glyph_names = False
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(wanted()))
    subsetter.subset(font)
    subset.save_font(font, str(TARGET), options)


if __name__ == "__main__":
    main(sys.argv[1])
