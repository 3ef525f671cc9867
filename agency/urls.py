from django.urls.resolvers import URLPattern

app_name = "agency"
urlpatterns: list[URLPattern] = []
