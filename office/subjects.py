"""What a paper or a task is about, carried in an address from a page of a higher floor; sealed, so that nobody
writes titles and links of their own into it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

SALT = "office.subject"


@dataclass(frozen=True, slots=True)
class Subject:
    """A row of some app: its name and number, and how to show it."""

    label: str
    pk: int
    title: str
    link: str

    @property
    def pair(self) -> tuple[str, int]:
        return self.label, self.pk

    @property
    def sealed(self) -> str:
        """As it stands in an address."""
        return signing.dumps([self.label, self.pk, self.title, self.link], salt=SALT, compress=True)


def opened(texts: list[str]) -> list[Subject]:
    """The subjects of an address; what was not sealed here is left out."""
    found = []
    for text in texts:
        try:
            label, pk, title, link = signing.loads(text, salt=SALT)
        except (signing.BadSignature, ValueError):
            continue
        found.append(Subject(label, int(pk), title, link))
    return found
