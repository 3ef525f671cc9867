from django.urls import path

from deadlines import feedviews, views, views_absences, views_clock, views_reassign

app_name = "deadlines"

urlpatterns = [
    path("deadlines/calendar/", views.calendar, name="calendar"),
    path("deadlines/calendar/overrides/<int:pk>/remove/", views.remove_override, name="remove_override"),
    path("deadlines/feed/<slug:token>.ics", feedviews.feed, name="feed"),
    path("deadlines/feeds/", feedviews.index, name="feeds"),
    path("deadlines/feeds/open/", feedviews.open_feed, name="open_feed"),
    path("deadlines/feeds/<int:pk>/renew/", feedviews.renew_feed, name="renew_feed"),
    path("deadlines/feeds/<int:pk>/revoke/", feedviews.revoke_feed, name="revoke_feed"),
    path("deadlines/absences/", views_absences.absences, name="absences"),
    path("deadlines/absences/<int:pk>/cancel/", views_absences.cancel, name="cancel_absence"),
    path("deadlines/absences/<int:pk>/end/", views_absences.end, name="end_absence"),
    path("deadlines/reassign/", views_reassign.reassign, name="reassign"),
    path("clocks/<uuid:pk>/", views_clock.clock, name="clock"),
]
