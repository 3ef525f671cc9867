"""The inbox."""

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from notifications.models import Message
from notifications.services import mark_one_read, mark_read

PAGE = 25


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    mine = Message.objects.visible_to(_reader(request))
    only_unread = request.GET.get("show") == "unread"
    shown = mine.unread() if only_unread else mine
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    unread = mine.unread().count()
    address = reverse("notifications:inbox")
    tabs = [
        {"label": _("All"), "url": address, "active": not only_unread},
        {"label": _("Unread"), "url": f"{address}?show=unread", "active": only_unread, "count": unread},
    ]
    context = {"page": page, "only_unread": only_unread, "unread": unread, "tabs": tabs}
    return render(request, "notifications/inbox.html", context)


@login_required
@require_POST
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and go where the message leads."""
    message = get_object_or_404(Message.objects.visible_to(_reader(request)), pk=pk)
    mark_one_read(message=message)
    safe = url_has_allowed_host_and_scheme(message.link, allowed_hosts={request.get_host()})
    return redirect(message.link if message.link and safe else "notifications:inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = mark_read(messages=Message.objects.visible_to(_reader(request)))
    text = ngettext("%(count)s message marked as read.", "%(count)s messages marked as read.", count)
    flash.success(request, text % {"count": count})
    return redirect("notifications:inbox")
