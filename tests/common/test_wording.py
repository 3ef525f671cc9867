"""One word for one thing: the screens never call the same thing by two names."""

import re
from pathlib import Path

import pytest
from django.conf import settings

# What a thing is called, and what it was called beside that.
ONE_WORD = {
    "并联办理": r"并行",
    "证照后补": r"证件后补|后补证照|证照容后补|前置证照后补",
    "公告": r"公示",
    "前置证照": r"前置证件|前置许可",
    "联合审查": r"联审|联合会审|(发起|取消|结束)会商",
}


@pytest.mark.parametrize("word", ONE_WORD)
def test_one_word_for_one_thing(word: str):
    text = (Path(settings.BASE_DIR) / "locale/zh_Hans/LC_MESSAGES/django.po").read_text()
    said = re.sub(r'"\n"', "", text)
    assert word in said
    assert re.findall(rf"^msgstr.*(?:{ONE_WORD[word]}).*$", said, re.MULTILINE) == []
