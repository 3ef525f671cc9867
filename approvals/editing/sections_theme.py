"""Every value of a theme once, page by page of the editor."""

from django.utils.translation import gettext_lazy as _

from approvals.editing.fields import Field, Rows, Section, both

THEME_SECTIONS = (
    Section(
        "basics",
        _("Basics"),
        "",
        (
            *both("name", _("Name"), most=120),
            *both("summary", _("Summary"), "text"),
            Field("one_result", _("The certificates are issued together, as one"), "flag"),
        ),
    ),
    Section(
        "matters",
        _("Matters and their order"),
        _(
            "A matter begins after others have been granted. Ticked as side by side, the certificate of the other "
            "may follow."
        ),
        lists=(
            Rows(
                "matters",
                _("Matters and their order"),
                _("Matter"),
                (
                    Field("code", _("Matter"), "choice", source="matters"),
                    Field("after", _("Begins after"), "choices", source="theme", needed=False),
                    Field("overlap", _("Side by side with"), "choices", source="theme", needed=False),
                ),
                key="code",
                label="code",
                most=60,
                one_open=True,
            ),
        ),
    ),
    Section(
        "applies",
        _("Projects it is meant for"),
        _("Without a condition the theme is chosen only when it knows every chosen matter."),
        others=("when",),
    ),
)
