"""Subjects of the floors below, which know nothing of instructions: projects and requests of firms."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination import subjects
from coordination.subjects import Subject
from enterprises.models import Request, Visit
from projects.models import Project

PROJECT = "projects.project"
REQUEST = "enterprises.request"


def _project(user: User, pk: int) -> Subject | None:
    row = Project.objects.visible_to(user).declared().filter(pk=pk).first()
    return Subject(PROJECT, pk, str(row), row.get_absolute_url(), pk) if row else None


def _request(user: User, pk: int) -> Subject | None:
    """A request is read where it was noted: on the page of its visit."""
    visits = Visit.objects.visible_to(user).values("pk")
    row = Request.objects.filter(pk=pk, visit__in=visits).select_related("enterprise").first()
    if row is None:
        return None
    link = reverse("enterprises:visit", args=[row.visit_id])
    return Subject(REQUEST, pk, f"{row.enterprise.name}：{row.text}"[:200], link)


def register_subjects() -> None:
    """Called from AppConfig.ready."""
    subjects.register(PROJECT, _("Project"), _project)
    subjects.register(REQUEST, _("Request"), _request)
