from django.urls import path

from projects.views import codes, declaring, following, key, listing, problems, team

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
    path("projects/<int:pk>/problems/new/", problems.problem_new, name="problem_new"),
    path("key-projects/", key.key_projects, name="key_projects"),
    path("key-projects/export.csv", key.export, name="key_export"),
    path("key-projects/<int:pk>/", key.key_project, name="key_project"),
    path("key-projects/<int:pk>/confirm/", key.decide, {"act": "confirm"}, name="key_confirm"),
    path("key-projects/<int:pk>/decline/", key.decide, {"act": "decline"}, name="key_decline"),
    path("key-projects/<int:pk>/remove/", key.decide, {"act": "remove"}, name="key_remove"),
    path("key-projects/<int:pk>/team/", team.team, name="team"),
    path("key-projects/<int:pk>/team/members/", team.member_add, name="member_add"),
    path("key-projects/team/<int:pk>/hand-over/", team.hand_over, name="hand_over"),
    path("key-projects/team/<int:pk>/leave/", team.leave, name="leave_team"),
    path("key-projects/team/<int:pk>/receive/", team.receive, name="receive"),
    path("key-projects/<int:pk>/milestones/", following.plan, name="plan_milestones"),
    path("key-projects/<int:pk>/milestones/<int:point>/", following.reached, name="reached"),
    path("key-projects/<int:pk>/progress/<str:month>/", following.progress, name="progress"),
    path("key-projects/<int:pk>/progress/<str:month>/photos/", following.photo_add, name="photo_add"),
    path("key-projects/photos/<int:pk>/remove/", following.photo_remove, name="photo_remove"),
    path("problems/", problems.wall_of_problems, name="wall"),
    path("problems/<int:pk>/", problems.problem, name="problem"),
    path("problems/<int:pk>/<slug:act>/", problems.problem_act, name="problem_act"),
]
