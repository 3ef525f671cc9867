"""Addresses of what every page needs: large print, session renewal, the gallery of components."""

from django.urls import path

from common import views

app_name = "common"
urlpatterns = [
    path("preferences/print-size/", views.print_size, name="print_size"),
    path("session/", views.session, name="session"),
    path("ui/", views.gallery, name="gallery"),
]
