"""The application form of a sample application, filled in with the catalogue's own sample values."""

from accounts.actors import Actor
from approvals import application_form
from approvals.models import Application
from approvals.services.filling import save_answers_of_form


def fill_in(application: Application, actor: Actor) -> Application:
    """Answer what nothing is known of yet."""
    form = application_form.sheet(application, offer=False)
    lines = (answer.line for answer in form.answers if not (answer.given or answer.fixed))
    return save_answers_of_form(actor=actor, application=application, answers=application_form.sample_answers(lines))
