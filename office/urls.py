"""Addresses of this app, from the root."""

from django.urls import path

from office.views import tasks

app_name = "office"
urlpatterns = [
    path("office/tasks/", tasks.tasks, name="tasks"),
    path("office/tasks/new/", tasks.task_new, name="task_new"),
    path("office/tasks/<int:pk>/", tasks.task, name="task"),
]
