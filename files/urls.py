from django.urls import path

from files import views

app_name = "files"

urlpatterns = [
    path("files/<uuid:pk>/", views.download, name="download"),
    path("files/<uuid:pk>/view/", views.view, name="view"),
    path("files/<uuid:pk>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("files/<uuid:pk>/preview/<int:page>/", views.preview, name="preview"),
    path("files/<uuid:pk>/head/", views.head, name="head"),
]
