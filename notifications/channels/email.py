"""E-mail by Django's configured backend: console or file by default, SMTP by environment."""

from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMessage, get_connection

from accounts.models import User
from notifications.channels.base import DeliveryRefusedError, Send, absolute
from notifications.templates import Text


class Email:
    code = "email"
    reach_sql = "u.email <> ''"

    @contextmanager
    def open(self) -> Iterator[Send]:
        connection = get_connection()
        # Here and not by the first mail, which would close it again: one greeting for the whole batch, and a server
        # that is away puts all of it off at once.
        connection.open()

        def send(recipient: User, text: Text, link: str) -> None:
            body = text.body
            if link:
                body += "\n\n" + absolute(link)
            mail = EmailMessage(text.subject, body, to=[recipient.email], connection=connection)
            try:
                # Does nothing while it is open; after a mail that broke it the next one gets a new one.
                connection.open()
                mail.send()
            except SMTPRecipientsRefused as error:
                raise DeliveryRefusedError(str(error)) from error
            except (SMTPException, OSError):
                connection.close()
                raise

        try:
            yield send
        finally:
            connection.close()
