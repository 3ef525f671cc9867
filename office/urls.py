"""Addresses of this app, from the root."""

from django.urls import path, re_path

from office.views import home, notices, papers, tasks

app_name = "office"
urlpatterns = [
    path("office/", home.home, name="home"),
    path("office/search/", home.search, name="search"),
    path("office/tasks/", tasks.tasks, name="tasks"),
    path("office/tasks/new/", tasks.task_new, name="task_new"),
    path("office/tasks/<int:pk>/", tasks.task, name="task"),
    path("office/papers/", papers.handovers, name="handovers"),
    path("office/papers/new/", papers.handover_new, name="handover_new"),
    path("office/papers/where/", papers.where, name="where"),
    path("office/papers/where/<int:pk>/", papers.paper, name="paper"),
    path("office/papers/<int:pk>/", papers.handover, name="handover"),
    path("office/papers/<int:pk>/print/", papers.handover_print, name="handover_print"),
    path("office/notices/", notices.notices, name="notices"),
    path("office/notices/new/", notices.notice_new, name="notice_new"),
    path("office/notices/<int:pk>/", notices.notice, name="notice"),
    path("office/notices/<int:pk>/correct/", notices.notice_correct, name="notice_correct"),
    re_path(
        r"^office/notices/(?P<pk>\d+)/(?P<act>read|withdraw|remind|pin|unpin)/$", notices.notice_act, name="notice_act"
    ),
]
