"""Enterprises, who belongs to them, who may act for them, and who visits them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.time import today
from deadlines.models import Clock
from enterprises.querysets import EnterpriseQuerySet, MandateQuerySet, MembershipQuerySet, VisitQuerySet

USER = settings.AUTH_USER_MODEL

# Asked for instead of a matter code: a valid mandate is enough, whatever its scope.
ANY = "*"


class Tier(models.TextChoices):
    """How closely the zone follows a firm; sets the cadence of visits."""

    KEY = "key", _("Key enterprise")
    ABOVE = "above", _("Above designated size")
    SMALL = "small", _("Small or micro")


class Enterprise(models.Model):
    """A legal person, known by its unified social credit code (GB 32100-2015)."""

    credit_code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    name = models.CharField(_("name"), max_length=120)
    legal_representative = models.CharField(_("legal representative"), max_length=60)
    industry = models.CharField(_("industry (GB/T 4754 division)"), max_length=2, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier, default=Tier.SMALL)
    is_foreign = models.BooleanField(_("foreign-invested"), default=False)
    created_at = models.DateTimeField()

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-HJ-NP-RTUW-Y]{18}$"), name="credit_code_has_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody's place in an enterprise; the first to claim it owns it, later ones are let in by an owner."""

    class RoleInFirm(models.TextChoices):
        OWNER = "owner", pgettext_lazy("membership", "Owner")
        MEMBER = "member", pgettext_lazy("membership", "Member")

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("membership", "Waiting for approval")
        ACTIVE = "active", pgettext_lazy("membership", "Active")
        REJECTED = "rejected", pgettext_lazy("membership", "Rejected")
        LEFT = "left", pgettext_lazy("membership", "Left")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(USER, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=RoleInFirm)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    reason = models.CharField(_("note to the owner"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    # The window's duty to look at the claim; a request that an owner decides on is no duty of the hall.
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "user"],
                condition=Q(status__in=["pending", "active"]),
                name="one_open_membership",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.enterprise}"


class Mandate(models.Model):
    """Written leave for an agent to act for an enterprise (代办委托; 民法典 art. 161–165).

    Scope: ``matters`` lists matter codes, empty meaning every matter; ``may_declare`` lets the
    agent declare projects too. It ends by its period or by revocation, which takes effect at once.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="mandates")
    agent = models.ForeignKey(USER, models.PROTECT, related_name="mandates", verbose_name=_("agent"))
    matters = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("matters"))
    may_declare = models.BooleanField(_("may declare projects"), default=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    note = models.CharField(_("note to the agent"), max_length=300, blank=True)
    granted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    revoked_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(_("reason for revoking"), max_length=300, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="mandate_ends_after_start"),
            # Migration 0002 adds: unrevoked mandates of one agent for one firm do not overlap.
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} → {self.agent}"

    @property
    def is_valid(self) -> bool:
        """In force today: not revoked and within its period."""
        return self.state == "active"

    @property
    def state(self) -> str:
        """``active``, ``revoked``, ``ended`` or ``ahead`` (granted from a later day)."""
        if self.revoked_at is not None:
            return "revoked"
        day = today()
        if day > self.ends_on:
            return "ended"
        return "active" if day >= self.starts_on else "ahead"

    def covers(self, matter: str | None) -> bool:
        """Whether the scope takes in the matter code; None asks for declaring a project, ANY for nothing more."""
        if matter is None:
            return self.may_declare
        return matter == ANY or not self.matters or matter in self.matters


class VisitCadence(models.Model):
    """How often firms of a tier are visited (定期走访); data, editable by the administrator."""

    tier = models.CharField(_("tier"), max_length=10, choices=Tier, unique=True)
    months = models.PositiveSmallIntegerField(_("months between visits"))
    lead_workdays = models.PositiveSmallIntegerField(_("working days to make the visit"), default=10)

    class Meta:
        ordering = ["months"]
        verbose_name = _("visit cadence")
        verbose_name_plural = _("visit cadences")

    def __str__(self) -> str:
        return f"{self.get_tier_display()} · {self.months}"


class Visit(models.Model):
    """A planned or made visit of a service officer to an enterprise (走访)."""

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("visit", "Planned")
        DONE = "done", pgettext_lazy("visit", "Done")
        CANCELLED = "cancelled", pgettext_lazy("visit", "Cancelled")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="visits")
    officer = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("service officer")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status)
    planned_on = models.DateField(_("planned for"))
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    met = models.CharField(_("people met"), max_length=200, blank=True)
    summary = models.TextField(_("what was seen and heard"), blank=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["planned_on", "id"]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            # Beat plans visits over and over; only one may lie ahead of a firm.
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(status="planned"), name="one_planned_visit_per_enterprise"
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(visited_on__isnull=False), name="done_visit_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.planned_on}"


class Request(models.Model):
    """Something a firm asks for (诉求), noted during a visit."""

    class Connection(models.TextChoices):
        """The nine service connections (九通)."""

        INFORMATION = "information", pgettext_lazy("connection", "Information")
        MARKET = "market", pgettext_lazy("connection", "Market")
        LAW = "law", pgettext_lazy("connection", "Law")
        SUPPORT = "support", pgettext_lazy("connection", "Supporting facilities")
        LOGISTICS = "logistics", pgettext_lazy("connection", "Logistics")
        CAPITAL = "capital", pgettext_lazy("connection", "Capital")
        PEOPLE = "people", pgettext_lazy("connection", "People")
        TECHNOLOGY = "technology", pgettext_lazy("connection", "Technology")
        SERVICE = "service", pgettext_lazy("connection", "Service")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="requests")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="requests")
    connection = models.CharField(_("field"), max_length=12, choices=Connection)
    text = models.TextField(_("what the firm asks"))
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name = _("request")
        verbose_name_plural = _("requests")

    def __str__(self) -> str:
        return self.text[:40]
