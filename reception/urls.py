"""Addresses of this app, from the root."""

from django.urls import path

from reception.views import asking, inquiries

app_name = "reception"
urlpatterns = [
    path("inquiries/", inquiries.inquiries, name="inquiries"),
    path("inquiries/new/", inquiries.record, name="record"),
    path("inquiries/<int:pk>/", inquiries.inquiry, name="inquiry"),
    path("inquiries/<int:pk>/answer/", inquiries.answer, name="answer"),
    path("inquiries/<int:pk>/hand-over/", inquiries.hand_over, name="hand_over"),
    path("inquiries/<int:pk>/withdraw/", inquiries.withdraw, name="withdraw"),
    path("inquiries/<int:pk>/<int:handover_id>/accept/", inquiries.accept, name="accept"),
    path("inquiries/<int:pk>/<int:handover_id>/refuse/", inquiries.refuse, name="refuse"),
    path("questions/", asking.questions, name="questions"),
    path("questions/ask/", asking.ask, name="ask"),
    path("questions/look-up/", asking.look_up, name="look_up"),
    path("questions/<slug:number>/", asking.question, name="question"),
    path("questions/<slug:number>/confirm/", asking.confirm, name="confirm"),
    path("questions/<slug:number>/reopen/", asking.reopen, name="reopen"),
]
