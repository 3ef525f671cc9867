"""E-mail by Django's configured backend: console or file by default, SMTP by environment."""

from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPRecipientsRefused

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

        def send(recipient: User, text: Text, link: str) -> None:
            body = text.body
            if link:
                body += "\n\n" + absolute(link)
            mail = EmailMessage(text.subject, body, to=[recipient.email], connection=connection)
            try:
                mail.send()
            except SMTPRecipientsRefused as error:
                raise DeliveryRefusedError(str(error)) from error

        try:
            yield send
        finally:
            connection.close()
