from django.urls import path

from supervision import views

app_name = "supervision"
urlpatterns = [
    path("ratings/", views.ratings, name="ratings"),
    path("ratings/new/<str:number>/", views.rate, name="rate"),
    path("ratings/<int:pk>/", views.rating, name="rating"),
]
