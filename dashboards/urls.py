from django.urls import path

from dashboards.views import cases, mine, overview, plans, today

app_name = "dashboards"
urlpatterns = [
    path("my/", mine.mine, name="mine"),
    path("today/", today.today, name="today"),
    path("leader/", overview.overview, name="overview"),
    path("leader/overdue/", overview.overdue_list, name="overdue"),
    path("leader/plans/", plans.plans, name="plans"),
    path("leader/cases/", cases.cases, name="cases"),
    path("leader/cases/export/", cases.export, name="export"),
    path("leader/cases/<str:number>/", cases.case, name="case"),
]
