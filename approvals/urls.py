"""Addresses of this app, from the root: the applicant's pages, then those of window and departments."""

from approvals.editing.urls import urlpatterns as editing_urls
from approvals.urls_staff import desk_urls, review_urls
from approvals.views import applying, joint, materials, mine

app_name = "approvals"
urlpatterns = [
    *applying.urlpatterns,
    *materials.urlpatterns,
    *mine.urlpatterns,
    *joint.urlpatterns,
    *desk_urls,
    *review_urls,
    *editing_urls,
]
