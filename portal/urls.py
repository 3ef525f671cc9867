"""Every address of the hall: apps bring their full paths, so their order does not matter."""

from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from portal import health, views
from portal.api import build_router

admin.site.site_header = admin.site.site_title = _("One-stop investment service hall")

portal_patterns = [
    path("", views.home, name="home"),
]

urlpatterns = [
    path("", include((portal_patterns, "portal"))),
    path("", include("common.urls")),
    path("", include("enterprises.urls")),
    path("", include("office.urls")),
    path("", include("projects.urls")),
    path("", include("reception.urls")),
    path("", include("coordination.urls")),
    path("", include("approvals.urls")),
    path("", include("supervision.urls")),
    path("", include("agency.urls")),
    path("", include("dashboards.urls")),
    path("", include("notifications.urls")),
    path("", include("files.urls")),
    path("", include("documents.urls")),
    path("", include("deadlines.urls")),
    path("", include("content.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((build_router().urls, "api"))),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", views.api_docs(SpectacularSwaggerSplitView.as_view(url_name="api-schema")), name="api-docs"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
