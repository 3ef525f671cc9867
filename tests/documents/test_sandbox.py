"""A source that nobody has checked can't last, grow or look around; and the refusal says what it did."""

import pytest
from django.utils import translation

from common.time import now
from documents import sandbox
from documents.compiling import Source, TypesettingError
from documents.sandbox import make_untrusted_pdf
from documents.typesetting import make_pdf


def refusal(source: str) -> str:
    with translation.override("zh-hans"), pytest.raises(TypesettingError) as refused:
        make_untrusted_pdf(Source(source, ""), {"data": {}}, moment=now())
    return refused.value.message


def test_a_harmless_source_gives_the_same_bytes_as_without_a_sandbox():
    source, moment = Source("#let c = json(bytes(sys.inputs.content))\n#c.data.name", ""), now()
    content = {"data": {"name": "甲"}}
    assert make_untrusted_pdf(source, content, moment=moment) == make_pdf(source, content, moment=moment)


def test_a_source_that_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr(sandbox, "CPU_SECONDS", 1)
    assert refusal("#for a in range(1000000) { for b in range(1000000) { } }") == (
        "排版模板用时超过1秒，可能不会结束。"
    )


def test_a_source_that_waits_is_stopped_too(monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.05)
    assert "可能不会结束" in refusal("x")


def test_a_source_that_grows_is_stopped():
    assert refusal("#let a = range(1000000000)\n#a.len()") == "排版模板占用内存过多，或者排版程序中断。"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('#read("/etc/passwd")', "file not found"),
        ('#read("../../../etc/passwd")', "would escape the project root"),
        ('#image("/proc/self/environ")', "file not found"),
        ('#import "@preview/cetz:0.3.0"', "failed to download package"),
        ('#plugin("/lib/x.wasm")', "file not found"),
    ],
)
def test_a_source_that_looks_around_finds_nothing(source, said):
    assert said in refusal(source)


def test_inputs_hold_the_content_and_nothing_of_the_hall():
    made = make_untrusted_pdf(Source('#sys.inputs.keys().join(",")', ""), {}, moment=now())
    from documents.pictures import text_of

    assert text_of(made) == "content"


def test_the_child_has_no_environment_of_ours(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "geheim")
    monkeypatch.setenv("DATABASE_URL", "postgres://geheim")
    assert {"SECRET_KEY", "DATABASE_URL"} & set(sandbox._environment()) == set()


def test_mistakes_have_file_and_line():
    with pytest.raises(TypesettingError) as refused:
        make_untrusted_pdf(Source('#import "base.typ": *\n一\n#say(', "#let say() = 1"), {}, moment=now())
    assert [(one.file, one.line, one.message) for one in refused.value.mistakes] == [("main", 3, "unclosed delimiter")]
    with pytest.raises(TypesettingError) as refused:
        make_untrusted_pdf(Source('#import "base.typ": *', "\n\n#let say() = ("), {}, moment=now())
    assert [(one.file, one.line) for one in refused.value.mistakes] == [("base", 3)]
