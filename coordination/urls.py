"""Addresses of this app, from the root."""

from django.urls import path

from coordination.views import exceptions, instructions, meetings, minutes

app_name = "coordination"
urlpatterns = [
    path("instructions/", instructions.instructions, name="instructions"),
    path("instructions/new/", instructions.instruction_new, name="instruction_new"),
    path("instructions/<int:pk>/", instructions.instruction, name="instruction"),
    path("instructions/<int:pk>/edit/", instructions.instruction_edit, name="instruction_edit"),
    path("instructions/<int:pk>/withdraw/", instructions.instruction_withdraw, name="instruction_withdraw"),
    path("instructions/<int:pk>/divide/", instructions.instruction_divide, name="instruction_divide"),
    path("instructions/<int:pk>/end/", instructions.instruction_end, name="instruction_end"),
    path("instructions/<int:pk>/deviations/<slug:kind>/", exceptions.deviation_new, name="deviation_new"),
    path("deviations/<int:pk>/revoke/", exceptions.deviation_revoke, name="deviation_revoke"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/move/", meetings.meeting_move, name="meeting_move"),
    path("meetings/<int:pk>/cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/agenda/", meetings.agenda, name="agenda"),
    path("meetings/<int:pk>/invitation.ics", meetings.calendar_file, name="calendar_file"),
    path("meetings/invitations/<int:pk>/", meetings.answer, name="answer"),
    path("meetings/items/<int:pk>/<slug:act>/", meetings.item_act, name="item_act"),
    path("meetings/<int:pk>/hold/", minutes.hold, name="hold"),
    path("meetings/<int:pk>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<int:pk>/decisions/", minutes.decision_new, name="decision_new"),
    path("meetings/decisions/<int:pk>/remove/", minutes.decision_remove, name="decision_remove"),
    path("meetings/<int:pk>/sign/", minutes.sign, name="sign"),
    path("projects/<int:pk>/green-channel/", exceptions.green_new, name="green_new"),
    path("green-channels/<int:pk>/close/", exceptions.green_close, name="green_close"),
]
