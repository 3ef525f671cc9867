from django.urls import path

from deadlines import changeviews, views

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
]
