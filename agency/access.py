"""What an order lets people see on the floors below: helpers look at projects and cases, firms at their clock."""

from django.db.models import Q

from accounts.models import Role, User
from agency.labels import ORDER_LABEL
from agency.models import AgencyOrder
from approvals import readers as case_readers
from deadlines import access as clock_access
from projects import readers as project_readers


def _helped(user: User) -> Q | None:
    """Live orders that ``user`` helps with; None for whoever can be no helper."""
    if not user.has_role(Role.AGENT):
        return None
    return Q(mandate__in=user.helped_mandates.in_force().values("mandate"))


def projects_of_helpers(user: User) -> Q | None:
    """A helper sees the projects of the orders, no other ones of the firm."""
    helped = _helped(user)
    if helped is None:
        return None
    return Q(pk__in=AgencyOrder.objects.live().filter(helped, project__isnull=False).values("project"))


def cases_of_helpers(user: User) -> Q | None:
    """Of these projects the cases that the mandate's scope takes in: never more than the agent himself."""
    helped = _helped(user)
    if helped is None:
        return None
    orders = AgencyOrder.objects.live().filter(helped, project__isnull=False)
    whole = Q(project__in=orders.filter(mandate__matters=[]).values("project"))
    # A mandate names few matters, a helper has few mandates: one small query instead of a join on an array.
    for project, matters in orders.exclude(mandate__matters=[]).values_list("project", "mandate__matters"):
        whole |= Q(project=project, matter__code__in=matters)
    return whole


def clocks_of_own_orders(user: User) -> Q | None:
    """The firm sees by when it is owed a plan."""
    orders = AgencyOrder.objects.visible_to(user)
    return Q(subject_type=ORDER_LABEL, subject_id__in=orders.values("pk"))


def register_access() -> None:
    """Called from AppConfig.ready."""
    project_readers.register(projects_of_helpers)
    case_readers.register(cases_of_helpers)
    clock_access.register_outside(clocks_of_own_orders)
