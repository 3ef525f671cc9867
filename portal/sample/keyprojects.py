"""Key projects with their teams: milestones, months reported and not, problems in every state."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Role, User
from common.time import months_after, now, pretend, today
from enterprises.models import Membership
from portal.sample.people import Staff
from projects import services
from projects.models import KeyProject, Problem, Project, Seat
from projects.services import Report
from projects.services.climbing import climb_late
from projects.services.reporting import first_of_month

CONFIRMED, DECLINED = 12, 3
# Days ago: on the list, and the oldest problem.
LISTED_AGO, PROBLEMS_AGO = 120, 40
# How many of the six points each project has reached, in turn.
REACHED = (3, 4, 3, 2, 5, 3, 4, 3, 1, 3, 6, 3)
WORKS = (
    "完成场地平整和临时设施搭建，桩基施工完成{n}%。",
    "主体结构施工至二层，钢结构构件进场{n}%。",
    "厂房封闭完成，设备基础浇筑完成{n}%。",
    "主要生产设备安装完成{n}%，水电管线同步敷设。",
)
PROBLEMS = (
    ("施工用电容量不足", "临时用电容量仅200kVA，两台塔吊不能同时运行。", "供电公司已增容至630kVA。"),
    ("厂区临时出入口未批", "需占用绿化带开设临时出入口，涉及城管、交警两部门。", "两部门联合踏勘后已批复。"),
    ("雨水管网未接通", "规划路雨水管尚未建成，厂区排水无出路。", "街道协调先行建设临时管段。"),
    ("高压线迁改滞后", "地块内10kV线路未迁改，影响二期基坑开挖。", "迁改方案已定，线路已切改。"),
    ("技能工人招聘困难", "投产在即，数控机床操作工缺口60人。", "人社部门已组织两场专场招聘。"),
    ("贷款发放延迟", "银行要求补充用地手续，首笔贷款未能按期发放。", "用地手续已补齐，贷款已到账。"),
)


@dataclass(frozen=True)
class Team:
    leader: User
    chief: User
    secretary: User
    member: User


def make_key_projects(staff: Staff) -> None:
    """Played through the services on days gone by; needs declared projects."""
    director = Actor(staff.at(Role.DIRECTOR, "hall"))
    with _days_ago(LISTED_AGO):
        services.propose_key_projects()
        # The first firms are the ones whose owners have accounts to show.
        old = KeyProject.objects.filter(project__declared_at__lt=now() - timedelta(days=2)).order_by("project")
        proposed = list(old.select_related("project__enterprise")[: CONFIRMED + DECLINED])
        for key in proposed[:CONFIRMED]:
            services.confirm_key_project(actor=director, project=key.project, reason="纳入年度重点项目清单")
        for key in proposed[CONFIRMED:]:
            services.decline_key_project(actor=director, key=key, reason="前期手续不全，暂不列入")
    keys = list(KeyProject.objects.confirmed().select_related("project__enterprise").order_by("project"))
    teams = [team for _key, team in zip(keys, _teams(staff), strict=False)]
    for position, (key, team) in enumerate(zip(keys, teams, strict=True)):
        _form(key, team, director, position)
        _life(key, team, REACHED[position % len(REACHED)])
    _months(list(zip(keys, teams, strict=True)))
    for position, (key, team) in enumerate(zip(keys, teams, strict=True)):
        _problem(key.project, team, position)


def _teams(staff: Staff) -> Iterator[Team]:
    """Heads of departments as chief representatives, officers of the service centre and the sub-districts by turns."""
    posts = sorted(staff.by_post.items())
    heads = [user for (role, _code), user in posts if role == Role.HEAD]
    reviewers = [user for (role, _code), user in posts if role == Role.REVIEWER]
    others = [user for (role, code), user in posts if role == Role.OFFICER and code != "service"]
    officers = [staff.at(Role.OFFICER, "service"), *others]
    position = 0
    while True:
        # The account that the start page prints has every second project.
        secretary = officers[0] if position % 2 == 0 else officers[1 + position // 2 % max(1, len(officers) - 1)]
        chief, member = heads[position % len(heads)], reviewers[position % len(reviewers)]
        yield Team(staff.at(Role.LEADER, "office"), chief, secretary, member)
        position += 1


def _days_ago(days: int) -> AbstractContextManager[None]:
    day = timezone.localtime(now()) - timedelta(days=days)
    return pretend(day.replace(hour=10, minute=0))


def _form(key: KeyProject, team: Team, director: Actor, position: int) -> None:
    with _days_ago(LISTED_AGO - 2):
        services.appoint(actor=director, key=key, seat=Seat.LEADER, user=team.leader)
        services.appoint(actor=director, key=key, seat=Seat.CHIEF, user=team.chief)
        # One office stands empty, so that the director has something to do.
        if position != CONFIRMED - 1:
            services.appoint(actor=director, key=key, seat=Seat.SECRETARY, user=team.secretary)
        services.add_member(actor=Actor(team.chief), key=key, user=team.member)


def _life(key: KeyProject, team: Team, reached: int) -> None:
    chief = Actor(team.chief)
    with _days_ago(LISTED_AGO - 3):
        begun = today() - timedelta(days=150)
        for point in range(1, min(reached, 3) + 1):
            day = begun + timedelta(days=45 * (point - 1))
            services.reach_milestone(actor=chief, key=key, point=point, reached_on=day)
        ahead = {point: today() + timedelta(days=70 * (point - 2)) for point in range(min(reached, 3) + 1, 7)}
        services.plan_milestones(actor=chief, key=key, dates=ahead)
    for point in range(4, reached + 1):
        with _days_ago(60 - 20 * (point - 4)):
            services.reach_milestone(actor=chief, key=key, point=point, reached_on=today() - timedelta(days=1))


def _months(rows: list[tuple[KeyProject, Team]]) -> None:
    """Each month begins its reports; the last one is still out for every third project."""
    month = first_of_month(today() - timedelta(days=LISTED_AGO))
    step = 0
    while month < first_of_month(today()):
        following = months_after(month, 1)
        with pretend(_morning(following)):
            services.begin_reports()
        last = months_after(following, 1) > today()
        for position, (key, team) in enumerate(rows):
            started = key.milestones.filter(point=3, reached_on__isnull=False).exists()
            if not started or (last and position % 3 == 0):
                continue
            when = min(_morning(following) + timedelta(days=1 + position % 4), now())
            with pretend(when):
                _report(key, team, month, position + step)
        month, step = following, step + 1


def _morning(day: date) -> datetime:
    here = timezone.localtime(now())
    return here.replace(year=day.year, month=day.month, day=day.day, hour=9, minute=30)


def _report(key: KeyProject, team: Team, month: date, turn: int) -> None:
    investment = key.project.total_investment or Decimal(0)
    share = Decimal(2 + turn * 3 % 7) / 100
    foreign = Decimal(60 + turn * 20 % 140) if key.project.capital == Project.Capital.FOREIGN else Decimal(0)
    report = Report(
        works=WORKS[turn % len(WORKS)].format(n=20 + turn * 13 % 75),
        domestic=(investment * share).quantize(Decimal(1)),
        foreign=foreign,
    )
    services.report_progress(actor=Actor(team.chief), key=key, month=month, report=report)


def _problem(project: Project, team: Team, position: int) -> None:
    """A problem in one of six states, by turns."""
    title, text, solution = PROBLEMS[position % len(PROBLEMS)]
    owner = Actor(Membership.objects.active().filter(enterprise=project.enterprise_id).order_by("id")[0].user)
    turn = position % 6
    ago = (2, PROBLEMS_AGO, 20, 9, 6, PROBLEMS_AGO)[turn]
    with _days_ago(ago):
        problem = services.raise_problem(actor=owner, project=project, title=title, text=text)
    if turn in (1, 2, 5):
        # Nobody cleared it in time: it climbs, the oldest twice.
        for days in (ago - 9, ago - 18) if turn == 5 else (ago - 9,):
            with _days_ago(days):
                climb_late([problem.pk])
    if turn in (1, 4):
        problem = Problem.objects.get(pk=problem.pk)
        with _days_ago(4 if turn == 4 else 28):
            services.propose_cleared(actor=Actor(problem.owner), problem=problem, solution=solution)
    if turn == 1:
        with _days_ago(26):
            services.confirm_cleared(actor=owner, problem=problem, words="已解决，谢谢。")
    if turn == 2:
        with _days_ago(8):
            problem = Problem.objects.get(pk=problem.pk)
            services.note_problem(
                actor=Actor(problem.owner), problem=problem, text="已召集部门现场踏勘，形成初步方案。"
            )
            services.ask_helper(actor=Actor(problem.owner), problem=problem, helper=team.member, note="请牵头拟定方案")
