from django.urls import path

from content import notices, preview
from content.views import guides, lists, query, themes, which

app_name = "content"
urlpatterns = [
    *notices.urlpatterns,
    path("query/", query.query, name="query"),
    path("guides/", guides.guide_list, name="guides"),
    path("guides/themes/", themes.theme_list, name="themes"),
    path("guides/themes/<slug:code>/", themes.theme, name="theme"),
    path("guides/which/", which.which, name="which"),
    path("guides/which/<slug:start>/", which.begin, name="which_start"),
    path("guides/which/<slug:start>/questions/<slug:fact>/", which.question, name="which_question"),
    path("guides/which/<slug:start>/answers/", which.check_answers, name="which_answers"),
    path("guides/which/<slug:start>/list/", which.result, name="which_list"),
    path("guides/lists/", lists.my_lists, name="my_lists"),
    path("guides/lists/<slug:code>/", lists.need_list, name="list"),
    path("guides/lists/<slug:code>/apply/", lists.apply, name="list_apply"),
    path("guides/lists/<slug:code>/keep/", lists.keep, name="list_keep"),
    path("guides/lists/<slug:code>/delete/", lists.delete, name="list_delete"),
    path("guides/preview/<int:pk>/", preview.guide, name="guide_preview"),
    path("guides/<str:code>/", guides.guide, name="guide"),
    path("guides/<str:code>/versions/<int:number>/", guides.guide, name="guide_version"),
    path("guides/<str:code>/apply/", lists.apply_for, name="guide_apply"),
    path("guides/<str:code>/result.pdf", guides.result_sample, name="result_sample"),
    path("guides/<str:code>/forms/<str:material>.pdf", guides.blank_form, name="blank_form"),
]
