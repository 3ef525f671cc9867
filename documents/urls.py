from django.urls import path

from documents.views import editing, verifying, viewing

app_name = "documents"

urlpatterns = [
    path("documents/<int:pk>/", viewing.document, name="document"),
    path("documents/<int:pk>/pdf/", viewing.pdf, name="pdf"),
    path("documents/<int:pk>/pages/<int:number>/", viewing.page, name="page"),
    path("documents/templates/", editing.templates, name="templates"),
    path("documents/templates/<slug:code>/", editing.template, name="template"),
    path("documents/templates/<slug:code>/versions/<int:number>/", editing.version, name="version"),
    path("documents/failed/", editing.failed, name="failed"),
    path("documents/failed/retry/", editing.retry, name="retry"),
    path("verify/", verifying.start, name="verify-start"),
    path("verify/<str:code>/", verifying.verify, name="verify"),
]
