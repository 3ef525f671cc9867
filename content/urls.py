from django.urls import path

from content import notices, views

app_name = "content"
urlpatterns = [
    *notices.urlpatterns,
    path("query/", views.query, name="query"),
    path("guides/", views.guide_list, name="guides"),
    path("guides/which/", views.which, name="which"),
    path("guides/<str:code>/", views.guide, name="guide"),
]
