"""Addresses of window and departments."""

from django.urls import path

from approvals.views import desk, desk_case, limits, review, walk_in

CASE = "desk/cases/<str:number>/"

desk_urls = [
    path("desk/", desk.desk, name="desk"),
    path("desk/walk-in/", walk_in.walk_in, name="walk_in"),
    path("desk/walk-in/register/", walk_in.register, name="walk_in_register"),
    path("desk/walk-in/<int:pk>/", walk_in.firm, name="walk_in_firm"),
    path("desk/questions/<int:pk>/", desk_case.answer, name="desk_answer"),
    path(CASE, desk_case.desk_case, name="desk_case"),
    path(f"{CASE}check/", desk_case.check, name="desk_check"),
    path(f"{CASE}correction/", desk_case.correction, name="desk_correction"),
    path(f"{CASE}not-accept/", desk_case.not_accept, name="desk_not_accept"),
    path(f"{CASE}hand-over/", desk_case.hand_over, name="desk_hand_over"),
    path(f"{CASE}issue/", desk_case.issue, name="desk_issue"),
    path(f"{CASE}sign/", desk_case.sign, name="desk_sign"),
    path(f"{CASE}national-code/", desk_case.national_code, name="desk_national_code"),
]
review_urls = [
    path("review/", review.review, name="review"),
    path("review/steps/<int:pk>/", review.step, name="step"),
    path("review/steps/<int:pk>/<slug:act>/", review.act, name="step_act"),
    path("review/steps/<int:pk>/limit/<slug:act>/", limits.act, name="step_limit"),
]
