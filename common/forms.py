"""What the forms of all apps share."""

from django.forms import BaseForm

from common.errors import HallError


def show_error(form: BaseForm, error: HallError) -> None:
    """Put a service's refusal at the fields it names; what the form has no field for goes on top."""
    for field, messages in error.errors.items():
        for message in messages:
            form.add_error(field if field in form.fields else None, message)
