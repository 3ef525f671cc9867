from django.urls import path

from deadlines.views import absences, alarms, calendar, changing, clock, feeds, reassigning

app_name = "deadlines"

urlpatterns = [
    path("deadlines/calendar/", calendar.calendar, name="calendar"),
    path("deadlines/calendar/progress/", calendar.progress, name="progress"),
    path("deadlines/calendar/day/", changing.ChangeDay.as_view(), name="change_day"),
    path("deadlines/calendar/overrides/<int:pk>/remove/", changing.RemoveDay.as_view(), name="remove_override"),
    path("deadlines/calendar/import/", changing.ImportYear.as_view(), name="import_year"),
    path("deadlines/calendar/<int:year>/publish/", changing.PublishYear.as_view(), name="publish_year"),
    path("deadlines/calendar/<int:year>/withdraw/", changing.WithdrawYear.as_view(), name="withdraw_year"),
    path("deadlines/calendar/hours/", changing.Hours.as_view(), name="hours"),
    path("deadlines/feed/<slug:token>.ics", feeds.feed, name="feed"),
    path("deadlines/feeds/", feeds.index, name="feeds"),
    path("deadlines/feeds/open/", feeds.open_feed, name="open_feed"),
    path("deadlines/feeds/<int:pk>/renew/", feeds.renew_feed, name="renew_feed"),
    path("deadlines/feeds/<int:pk>/revoke/", feeds.revoke_feed, name="revoke_feed"),
    path("deadlines/absences/", absences.absences, name="absences"),
    path("deadlines/absences/<int:pk>/cancel/", absences.cancel, name="cancel_absence"),
    path("deadlines/absences/<int:pk>/end/", absences.end, name="end_absence"),
    path("deadlines/reassign/", reassigning.reassign, name="reassign"),
    path("deadlines/alarms/", alarms.alarms, name="alarms"),
    path("clocks/<uuid:pk>/", clock.clock, name="clock"),
]
