from django.urls.resolvers import URLPattern

app_name = "coordination"
urlpatterns: list[URLPattern] = []
