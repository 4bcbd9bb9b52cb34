"""Text cut into words."""

import subprocess
import sys

from nlu.segment import words_of


def test_chinese_is_cut_into_words():
    assert words_of("冷柜报警的处理") == ("冷柜", "报警", "处理")


def test_other_text_is_cut_at_spaces():
    assert words_of("Cold store cold") == ("cold", "store")


def test_an_answer_does_not_load_the_dictionary():
    code = "import sys, bot.app, nlu.understand; sys.exit('jieba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
