"""Addresses of this app, from the root."""

from django.urls import path

from agency.views import acts, helpers, load, orders, plans

app_name = "agency"
urlpatterns = [
    path("agency/", orders.orders, name="orders"),
    path("agency/load/", load.load, name="load"),
    path("agency/<int:pk>/", orders.order, name="order"),
    path("agency/<int:pk>/plan/", plans.plan, name="plan"),
    path("agency/<int:pk>/agree/", plans.agree, name="agree"),
    path("agency/<int:pk>/change/", plans.change, name="change"),
    path("agency/<int:pk>/close/", orders.close, name="close"),
    path("agency/<int:pk>/finish/", orders.finish, name="finish"),
    path("agency/<int:pk>/successor/", orders.name_successor, name="successor"),
    path("agency/<int:pk>/move/", orders.move, name="move"),
    path("agency/helpers/<int:pk>/remove/", helpers.helper_remove, name="helper_remove"),
    path("agency/mandates/<int:pk>/new/", orders.order_new, name="order_new"),
    path("agency/mandates/<int:pk>/helpers/", helpers.helpers, name="helpers"),
    path("agency/mandates/<int:pk>/acts/", acts.acts, name="acts"),
    path("agency/mandates/<int:pk>/acts/export/", acts.export, name="acts_export"),
    path("agency/projects/<int:pk>/", orders.start, name="start"),
]
