"""Addresses of this app, from the root."""

from django.urls import path, register_converter

from enterprises.views import claiming, firms, mandates, visits


class CreditCodeConverter:
    """Letters and digits only, so that what people type never looks like another address."""

    regex = "[0-9A-Za-z]{18}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


register_converter(CreditCodeConverter, "credit_code")

app_name = "enterprises"
urlpatterns = [
    path("enterprises/", firms.index, name="index"),
    path("enterprises/claim/", claiming.claim, name="claim"),
    path("enterprises/claim/<credit_code:credit_code>/", claiming.claim_details, name="claim_details"),
    path("enterprises/requests/", firms.requests_to_join, name="requests"),
    path("enterprises/<int:pk>/", firms.detail, name="detail"),
    path("enterprises/<int:pk>/edit/", firms.edit, name="edit"),
    path("enterprises/<int:pk>/members/", firms.members, name="members"),
    path("enterprises/members/<int:pk>/<slug:act>/", firms.member_act, name="member_act"),
    path("enterprises/<int:pk>/mandates/new/", mandates.mandate_new, name="mandate_new"),
    path("enterprises/<int:pk>/visits/new/", visits.visit_new, name="visit_new"),
    path("agent/", mandates.mandates, name="mandates"),
    path("agent/leave/", mandates.agent_leave, name="agent_leave"),
    path("agent/<int:pk>/", mandates.mandate, name="mandate"),
    path("agent/<int:pk>/enter/", mandates.agent_enter, name="agent_enter"),
    path("agent/<int:pk>/revoke/", mandates.mandate_revoke, name="mandate_revoke"),
    path("visits/", visits.visits, name="visits"),
    path("visits/ahead/", visits.visits_ahead, name="visits_ahead"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
    path("visits/<int:pk>/plan/", visits.visit_plan, name="visit_plan"),
    path("visits/<int:pk>/record/", visits.visit_record, name="visit_record"),
    path("visits/<int:pk>/cancel/", visits.visit_cancel, name="visit_cancel"),
]
