"""Addresses of this app, from the root: the applicant's pages, then those of window and departments."""

from approvals.urls_staff import desk_urls, review_urls
from approvals.views import (
    applying,
    archive,
    joint,
    later_checks,
    materials,
    mine,
    notices,
    objections,
    sessions,
    together,
)

app_name = "approvals"
urlpatterns = [
    *applying.urlpatterns,
    *materials.urlpatterns,
    *mine.urlpatterns,
    *joint.urlpatterns,
    *sessions.urlpatterns,
    *notices.urlpatterns,
    *objections.urlpatterns,
    *later_checks.urlpatterns,
    *together.urlpatterns,
    *archive.urlpatterns,
    *desk_urls,
    *review_urls,
]
