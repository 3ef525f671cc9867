"""What a service raises when it refuses. Pages and API turn these into words at a field."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

Text = Any  # str or a lazy translation


class HallError(Exception):
    """A refusal that a person can understand: message, machine code, perhaps a field."""

    status = 400
    code = "refused"

    def __init__(self, message: Text, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field

    def __str__(self) -> str:
        return str(self.message)

    @property
    def errors(self) -> dict[str, list[Text]]:
        """Messages by field name; ``""`` holds what belongs to no field."""
        return {self.field or "": [self.message]}


class InvalidInput(HallError):
    """One or more fields are wrong; nothing was written."""

    code = "invalid"

    def __init__(self, errors: Mapping[str, Sequence[Text] | Text]) -> None:
        self._errors: dict[str, list[Text]] = {
            field: list(messages) if isinstance(messages, (list, tuple)) else [messages]
            for field, messages in errors.items()
        }
        first = next(iter(self._errors))
        super().__init__(self._errors[first][0], field=first or None)

    @property
    def errors(self) -> dict[str, list[Text]]:
        return self._errors


class NotAllowed(HallError):
    """The rule says no to this person."""

    status = 403
    code = "not_allowed"

    def __init__(self, message: Text = "", **kwargs: Any) -> None:
        super().__init__(message or _("You may not do this."), **kwargs)


class TransitionNotAllowed(HallError):
    """The thing is not in a state from which this act is possible."""

    status = 409
    code = "transition_not_allowed"


class Stale(HallError):
    """Someone else acted first; the page shows something that is no longer so."""

    status = 409
    code = "stale"

    def __init__(self, message: Text = "", **kwargs: Any) -> None:
        super().__init__(
            message or _("Someone else has acted on this since you opened the page. Look at it again."), **kwargs
        )
