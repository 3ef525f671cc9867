from django.urls import path

from content import preview, views

app_name = "content"
urlpatterns = [
    path("query/", views.query, name="query"),
    path("guides/", views.guide_list, name="guides"),
    path("guides/which/", views.which, name="which"),
    path("guides/preview/<int:pk>/", preview.guide, name="guide_preview"),
    path("guides/<str:code>/", views.guide, name="guide"),
]
