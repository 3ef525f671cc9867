from django.urls import path

from projects.views import codes, declaring, listing

app_name = "projects"

urlpatterns = [
    path("projects/", listing.projects, name="list"),
    path("projects/new/", declaring.start, name="start"),
    path("projects/<int:pk>/draft/", declaring.tasks, name="tasks"),
    path("projects/<int:pk>/draft/check/", declaring.check, name="check"),
    path("projects/<int:pk>/draft/discard/", declaring.discard, name="discard"),
    path("projects/<int:pk>/draft/<slug:slug>/", declaring.section, name="section"),
    path("projects/<int:pk>/draft/<slug:slug>/autosave/", declaring.autosave, name="autosave"),
    path("projects/<int:pk>/declared/", declaring.declared, name="declared"),
    path("projects/<int:pk>/national-code/", codes.national_code, name="national_code"),
]
