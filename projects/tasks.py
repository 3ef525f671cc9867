"""What beat asks of this app; each is safe to run twice."""

from celery import shared_task

from projects.services.caretaking import look_after_teams
from projects.services.listing import propose_key_projects
from projects.services.problems import remind_silent_firms
from projects.services.reporting import begin_reports


@shared_task(name="projects.propose_key_projects")
def propose_key_projects_task() -> int:
    return propose_key_projects()


@shared_task(name="projects.begin_reports")
def begin_reports_task() -> int:
    return begin_reports()


@shared_task(name="projects.remind_silent_firms")
def remind_silent_firms_task() -> int:
    return remind_silent_firms()


@shared_task(name="projects.look_after_teams")
def look_after_teams_task() -> int:
    return look_after_teams()
