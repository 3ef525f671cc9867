from django.urls import path

from deadlines import changeviews, feedviews, views, views_absences, views_clock, views_reassign

app_name = "deadlines"

urlpatterns = [
    path("deadlines/calendar/", views.calendar, name="calendar"),
    path("deadlines/calendar/progress/", views.progress, name="progress"),
    path("deadlines/calendar/day/", changeviews.ChangeDay.as_view(), name="change_day"),
    path("deadlines/calendar/overrides/<int:pk>/remove/", changeviews.RemoveDay.as_view(), name="remove_override"),
    path("deadlines/calendar/import/", changeviews.ImportYear.as_view(), name="import_year"),
    path("deadlines/calendar/<int:year>/publish/", changeviews.PublishYear.as_view(), name="publish_year"),
    path("deadlines/calendar/<int:year>/withdraw/", changeviews.WithdrawYear.as_view(), name="withdraw_year"),
    path("deadlines/calendar/hours/", changeviews.Hours.as_view(), name="hours"),
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
