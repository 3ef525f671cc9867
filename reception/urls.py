"""Addresses of this app, from the root."""

from django.urls import path, re_path

from reception.views import appointments, asking, counter, hall, inquiries

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
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/window/<slug:window>/", appointments.book, name="book"),
    path("appointments/code/<slug:code>/", appointments.booking, name="booking"),
    path("appointments/code/<slug:code>/cancel/", appointments.cancel, name="cancel_booking"),
    path("counter/", counter.counter, name="counter"),
    path("counter/open/", counter.open_seat, name="open_counter"),
    path("counter/close/", counter.close_seat, name="close_counter"),
    path("counter/call/", counter.call, name="call_next"),
    path("counter/draw/", counter.draw, name="counter_draw"),
    path("counter/arrive/", counter.arrive, name="counter_arrive"),
    path("counter/<int:pk>/transfer/", counter.send_on, name="transfer"),
    re_path(r"^counter/(?P<pk>\d+)/(?P<act>recall|skip|done)/$", counter.ticket_act, name="ticket_act"),
    path("hall/screen/", hall.screen, name="screen"),
    path("hall/kiosk/<slug:key>/", hall.kiosk, name="kiosk"),
    path("hall/kiosk/<slug:key>/draw/", hall.kiosk_draw, name="kiosk_draw"),
    path("hall/kiosk/<slug:key>/arrive/", hall.kiosk_arrive, name="kiosk_arrive"),
    path("hall/kiosk/<slug:key>/ticket/<int:pk>/", hall.kiosk_ticket, name="kiosk_ticket"),
]
