"""Reads across people, enterprises and mandates: above all, who may act for whom."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Anyone, Post, Role, User
from common.display import local_date, local_moment
from common.errors import NotAllowed
from common.time import now, today
from deadlines.querysets import light_q
from enterprises.models import ANY, Enterprise, Mandate, Membership, Visit, VisitCadence
from enterprises.querysets import VISIT_STATES

__all__ = [
    "ANY",
    "VISIT_STATES",
    "actor_for",
    "agents",
    "explain_mandate",
    "light_counts",
    "officers",
    "require_actor",
    "turns",
    "turns_ahead",
]

Scope = str | Iterable[str] | None


def scope_codes(matter: Scope) -> list[str | None]:
    """One code, several, or None (declaring a project) as a list."""
    if matter is None or isinstance(matter, str):
        return [matter]
    return list(matter)


def covers_all(mandate: Mandate, matter: Scope) -> bool:
    """Whether the mandate's scope takes in every one of the matters asked for."""
    return all(mandate.covers(code) for code in scope_codes(matter))


def actor_for(user: Anyone, enterprise: Enterprise, matter: Scope = None) -> Actor | None:
    """Who acts when ``user`` does something for ``enterprise``; None when nobody may.

    ``matter`` is a matter code, several of them, ``ANY`` for acts that belong to no matter (looking,
    keeping a draft), or None for declaring a project. A member acts for himself; an agent under
    a valid mandate whose scope takes the matter in; a window clerk for whoever stands before him.
    At most two queries besides the posts, which the user object keeps.
    """
    if not user.is_authenticated:
        return None
    if Membership.objects.active().filter(enterprise=enterprise, user=user).exists():
        return Actor(user)
    if user.has_role(Role.AGENT):
        mandate = enterprise.mandates.valid().filter(agent=user).first()
        if mandate and covers_all(mandate, matter):
            return Actor(user, on_behalf_of=enterprise.name, mandate_id=mandate.pk)
    if user.has_role(Role.CLERK):
        return Actor(user, on_behalf_of=enterprise.name)
    return None


def require_actor(user: Anyone, enterprise: Enterprise, matter: Scope = None) -> Actor:
    """Like actor_for, but raises NotAllowed with the reason where nobody may act."""
    actor = actor_for(user, enterprise, matter)
    if actor is not None:
        return actor
    mandate = None
    if user.is_authenticated:
        mandate = enterprise.mandates.filter(agent=user).select_related("enterprise").first()
    if mandate is None:
        raise NotAllowed(_("You do not act for %(name)s.") % {"name": enterprise.name}, code="not_member")
    raise explain_mandate(mandate, matter)


def explain_mandate(mandate: Mandate, matter: Scope = None) -> NotAllowed:
    """The refusal that says why this mandate does not carry the act."""
    name = mandate.enterprise.name
    if mandate.revoked_at is not None:
        text = _("Your mandate to act for %(name)s was revoked on %(moment)s. What you sent was not carried out.") % {
            "name": name,
            "moment": local_moment(mandate.revoked_at),
        }
        return NotAllowed(text, code="mandate_revoked")
    if mandate.state == "ended":
        text = _("Your mandate to act for %(name)s ended on %(day)s. What you sent was not carried out.") % {
            "name": name,
            "day": local_date(mandate.ends_on),
        }
        return NotAllowed(text, code="mandate_ended")
    if mandate.state == "ahead":
        text = _("Your mandate to act for %(name)s begins on %(day)s.") % {
            "name": name,
            "day": local_date(mandate.starts_on),
        }
        return NotAllowed(text, code="mandate_ahead")
    if covers_all(mandate, matter):
        return NotAllowed(_("You no longer hold a post as agent."), code="not_posted")
    if matter is None:
        text = _("Your mandate does not allow you to declare projects for %(name)s.") % {"name": name}
    else:
        text = _("Your mandate to act for %(name)s does not cover this matter.") % {"name": name}
    return NotAllowed(text, code="mandate_scope")


def people_to_tell(enterprise_id: int, matters: Iterable[str]) -> list[int]:
    """Ids of those who hear what happens to ``matters`` of a firm: its members, and agents whose mandate covers one."""
    members = Membership.objects.active().filter(enterprise=enterprise_id).values_list("user_id", flat=True)
    covered = Q(matters=[]) | Q(matters__overlap=list(matters))
    agents = Mandate.objects.valid().filter(covered, enterprise=enterprise_id).values_list("agent_id", flat=True)
    return list(members.union(agents))


def agents() -> QuerySet[User]:
    """Staff who may be given a mandate: holders of an agent's post today."""
    return _holders(Role.AGENT)


def officers() -> QuerySet[User]:
    """Staff who may be given visits: holders of a service officer's post today."""
    return _holders(Role.OFFICER)


def _holders(role: str) -> QuerySet[User]:
    posts = Post.objects.current().with_role(role).values("user")
    return User.objects.filter(is_active=True, pk__in=posts).order_by("name", "id")


class _PlusMonths(Func):
    """A day some months later, or the last day of a shorter month."""

    arg_joiner = " + make_interval(months => "
    template = "(%(expressions)s))::date"
    output_field = DateField()


def turns() -> QuerySet[Enterprise]:
    """Firms without a planned visit, with the day by which the next one is due, the earliest first.

    ``due_on`` is so many months as the tier's cadence says after ``last_day``: of the last visit
    made or called off, else of registration. ``last_officer`` is who came then. Tiers without
    a cadence have no turns.
    """
    past = Visit.objects.filter(enterprise=OuterRef("pk")).exclude(status=Visit.Status.PLANNED)
    last = past.annotate(day=Coalesce("visited_on", "planned_on")).order_by("-day", "-id")
    cadence = VisitCadence.objects.filter(tier=OuterRef("tier"))
    return (
        Enterprise.objects.annotate(
            last_day=Coalesce(Subquery(last.values("day")[:1]), TruncDate("created_at")),
            last_officer=Subquery(last.values("officer")[:1]),
            due_on=_PlusMonths(F("last_day"), Subquery(cadence.values("months")[:1])),
        )
        .filter(~Exists(Visit.objects.planned().filter(enterprise=OuterRef("pk"))), Q(due_on__isnull=False))
        .order_by("due_on", "pk")
    )


def turns_ahead(*, days: int) -> QuerySet[Enterprise]:
    """Turns that come within so many calendar days and are not planned yet."""
    return turns().filter(Q(due_on__lte=today() + timedelta(days=days)))


def light_counts(visits: QuerySet[Visit]) -> dict[str, int]:
    """How many of ``visits`` stand in each of VISIT_STATES; one query."""
    at = now()
    conditions = {"open": Q(status="planned"), "done": Q(status="done")}
    conditions |= {light: Q(status="planned") & light_q(light, at, "clock__") for light in ("red", "yellow", "green")}
    return visits.order_by().aggregate(**{state: Count("pk", filter=conditions[state]) for state in VISIT_STATES})
