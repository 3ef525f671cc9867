"""What the machine wrote is shown in the reader's language; what people wrote stays."""

from django.utils import translation

from deadlines.labels import change_label, channel_label


def test_the_machine_s_reason_is_translated_and_an_administrator_s_is_not():
    with translation.override("zh-hans"):
        assert [change_label("first calendar"), change_label("防汛停工")] == ["启用工作日历", "防汛停工"]


def test_a_channel_has_a_name_or_its_code():
    with translation.override("zh-hans"):
        assert [channel_label("email"), channel_label("pager")] == ["电子邮件", "pager"]
