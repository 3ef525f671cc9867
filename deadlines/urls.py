from django.urls import path

from deadlines import views, views_clock

app_name = "deadlines"

urlpatterns = [
    path("deadlines/calendar/", views.calendar, name="calendar"),
    path("deadlines/calendar/overrides/<int:pk>/remove/", views.remove_override, name="remove_override"),
    path("clocks/<uuid:pk>/", views_clock.clock, name="clock"),
]
