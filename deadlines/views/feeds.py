"""Calendar feeds: the page on which people open and revoke them, and the feed itself."""

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from common.errors import Stale
from common.time import now
from deadlines import feeds, ics, services
from deadlines.models import Feed
from deadlines.rules import may_have_feeds


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar behind a secret address; 404 without a hint for every other address.

    Asks nobody to sign in, since calendar programs cannot. Three queries whatever the number of
    duties, and a fourth at most once an hour.
    """
    found = feeds.find(token)
    if found is None:
        return _sealed(HttpResponse("Not found\n", status=404, content_type="text/plain; charset=utf-8"))
    moment = now()
    sheet = feeds.sheet_of(found, moment)
    tag = ics.tag_of(sheet)
    answer = get_conditional_response(request, etag=tag)
    if answer is None:
        answer = HttpResponse(ics.write(sheet, moment), content_type=ics.CONTENT_TYPE)
        answer.headers["Content-Disposition"] = 'inline; filename="duties.ics"'
        answer.headers["Content-Language"] = sheet.language
    services.mark_feed_read(feed=found)
    answer.headers["ETag"] = tag
    return _sealed(answer)


def _sealed(response: HttpResponseBase) -> HttpResponseBase:
    """The address is the key: it must not travel on, nor its content be kept by others or found by search."""
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _holder(request: HttpRequest) -> User:
    """Whoever is in post; an investor is not told that there is such a page."""
    if not isinstance(request.user, User) or not may_have_feeds(request.user):
        raise Http404
    return request.user


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One's feeds with their addresses, and what else one may open."""
    user = _holder(request)
    opened = list(Feed.objects.visible_to(user).unrevoked().select_related("department"))
    opened.sort(key=lambda one: one.department_id or 0)
    followed = {one.department_id for one in opened}
    cards = [_card(one, user) for one in opened]
    context = {
        "cards": cards,
        "offer_own": None not in followed,
        "offered": [row for row in feeds.departments_for(user) if row.pk not in followed],
        "most": feeds.MOST,
    }
    return render(request, "deadlines/feeds.html", context)


def _card(one: Feed, user: User) -> dict[str, Any]:
    address = feeds.address_of(one)
    _scheme, _colon, rest = address.partition(":")
    return {
        "feed": one,
        "title": feeds.title_of(one),
        "address": address,
        "subscribe": f"webcal:{rest}",
        "readable": feeds.is_readable(one, user),
    }


@login_required
@require_POST
def open_feed(request: HttpRequest) -> HttpResponse:
    """Open the feed of one's own duties, or with ``department`` of one that one may follow."""
    user = _holder(request)
    text = request.POST.get("department", "")
    department_id = None
    if text:
        allowed = {str(row.pk): row.pk for row in feeds.departments_for(user)}
        if text not in allowed:
            raise Http404
        department_id = allowed[text]
    one = services.open_feed(actor=Actor(user), department_id=department_id)
    flash.success(request, _("The feed is open. Add its address to your calendar."))
    return _back_to(one)


@login_required
@require_POST
def renew_feed(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Feed.objects.visible_to(_holder(request)), pk=pk)
    try:
        one = services.renew_feed(actor=Actor(one.owner), feed_id=one.pk)
        flash.success(request, _("The feed has a new address; the old one shows nothing any more."))
    except Stale as error:
        flash.error(request, str(error))
    return _back_to(one)


@login_required
@require_POST
def revoke_feed(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Feed.objects.visible_to(_holder(request)), pk=pk)
    try:
        services.revoke_feed(actor=Actor(one.owner), feed_id=one.pk)
        flash.success(request, _("The feed is revoked; its address shows nothing any more."))
    except Stale as error:
        flash.error(request, str(error))
    return redirect("deadlines:feeds")


def _back_to(one: Feed) -> HttpResponse:
    return redirect(f"{reverse('deadlines:feeds')}#feed-{one.pk}")
