"""Tracking a case without an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content import limiter, public_query
from content.forms import QueryForm


@require_safe
@never_cache
def query(request: HttpRequest) -> HttpResponse:
    """Stage, light and date of a case for whoever has its number and query code.

    The same answer for a wrong number and a wrong code. Too many wrong tries: 429.
    """
    if "code" not in request.GET:
        form = QueryForm(initial={"number": request.GET.get("number", "")})
        return render(request, "content/query.html", {"form": form})
    form = QueryForm(request.GET)
    if not form.is_valid():
        return render(request, "content/query.html", {"form": form})
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    address, tidied = limiter.address_of(request), public_query.tidy(number)
    if wait := limiter.seconds_to_wait(address, tidied):
        context = {"form": form, "wait": wait, "minutes": -(-wait // 60)}
        response = render(request, "content/query.html", context, status=429)
        response.headers["Retry-After"] = str(wait)
        return response
    found = public_query.find(number, code)
    if found is None:
        limiter.count_failure(address, tidied)
        return render(request, "content/query.html", {"form": form, "not_found": True}, status=404)
    return render(request, "content/query.html", {"form": QueryForm(), "found": found})
