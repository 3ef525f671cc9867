"""Print one sample account for each role."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts.models import Role, User
from portal.sample.people import INVESTOR, PASSWORD, ROLE_ACCOUNTS


class Command(BaseCommand):
    help = "Print the sample accounts, one for each role, with their common password."

    def handle(self, *args: Any, **options: Any) -> None:
        if not User.objects.filter(username=INVESTOR[0]).exists():
            self.stdout.write("This hall has no sample accounts.")
            return
        self.stdout.write(f"Sample accounts (password of all: {PASSWORD})")
        self.stdout.write(f"  {INVESTOR[0]:<14} {_('Investor')}")
        for username, role, _department, _name in ROLE_ACCOUNTS:
            self.stdout.write(f"  {username:<14} {Role(role).label}")
        self.stdout.write("  Other departments: reviewer-CODE, approver-CODE, head-CODE, for example reviewer-planning")
