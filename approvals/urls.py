"""Addresses of this app, from the root: the applicant's pages, then those of window and departments."""

from approvals.editing.urls import urlpatterns as editing_urls
from approvals.urls_staff import desk_urls, review_urls
from approvals.views import (
    applying,
    archive,
    deferring,
    filling,
    joint,
    later_checks,
    materials,
    mine,
    notices,
    objections,
    plan,
    sessions,
    together,
)

app_name = "approvals"
urlpatterns = [
    *applying.urlpatterns,
    *filling.urlpatterns,
    *materials.urlpatterns,
    *mine.urlpatterns,
    *deferring.urlpatterns,
    *joint.urlpatterns,
    *sessions.urlpatterns,
    *notices.urlpatterns,
    *objections.urlpatterns,
    *later_checks.urlpatterns,
    *together.urlpatterns,
    *plan.urlpatterns,
    *archive.urlpatterns,
    *desk_urls,
    *review_urls,
    *editing_urls,
]
