"""Addresses of the catalogue's editors."""

from django.urls import path, re_path

from approvals.editing.views import catalogue, condition, draft, exchange

THING = r"^catalogue/(?P<kind>matters|themes)/(?P<code>[A-Za-z0-9-]{1,40})/"
DRAFT = "catalogue/drafts/<int:pk>/"

urlpatterns = [
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/themes/", catalogue.catalogue, {"kind": "themes"}, name="catalogue_themes"),
    path("catalogue/export/catalogue.xlsx", exchange.export_xlsx, name="catalogue_xlsx"),
    path("catalogue/export/catalogue.zip", exchange.export_zip, name="catalogue_zip"),
    path("catalogue/import/", exchange.upload, name="catalogue_import"),
    path("catalogue/import/confirm/", exchange.confirm, name="catalogue_import_confirm"),
    re_path(r"^catalogue/(?P<kind>matters|themes)/new/$", catalogue.new, name="catalogue_new"),
    re_path(THING + r"$", catalogue.thing, name="catalogue_thing"),
    re_path(THING + r"diff/$", catalogue.difference, name="catalogue_diff"),
    re_path(THING + r"edit/$", catalogue.edit, name="catalogue_edit"),
    re_path(THING + r"offered/$", catalogue.offered, name="catalogue_offered"),
    re_path(THING + r"export/$", exchange.export_yaml, name="catalogue_yaml"),
    path(DRAFT, draft.tasks, name="catalogue_draft"),
    path(f"{DRAFT}condition/", condition.condition, name="catalogue_condition"),
    path(f"{DRAFT}try/", condition.attempt, name="catalogue_try"),
    path(f"{DRAFT}publish/", draft.publish, name="catalogue_publish"),
    path(f"{DRAFT}discard/", draft.discard, name="catalogue_discard"),
    path(f"{DRAFT}<slug:slug>/", draft.section, name="catalogue_section"),
]
