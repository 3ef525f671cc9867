"""Addresses of this app, from the root."""

from django.urls import path

from coordination.views import exceptions, instructions

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
    path("projects/<int:pk>/green-channel/", exceptions.green_new, name="green_new"),
    path("green-channels/<int:pk>/close/", exceptions.green_close, name="green_close"),
]
