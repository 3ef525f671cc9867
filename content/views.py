"""Public pages: tracking a case, service guides, which matters one needs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from approvals.models import Matter
from content import guides, limiter, public_query
from content.forms import QueryForm
from content.questionnaire import WhichForm, answer


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


@require_safe
def guide_list(request: HttpRequest) -> HttpResponse:
    """All matters by stage, narrowed down by words and stage."""
    words, stage = request.GET.get("q", "").strip()[:60], request.GET.get("stage", "")
    found = guides.matching(words)
    stages = Matter.Stage.choices
    if stage in Matter.Stage.values:
        found = found.filter(stage=stage)
    groups = guides.by_stage(found)
    context = {
        "groups": groups,
        "words": words,
        "stage": stage,
        "stages": stages,
        "count": sum(len(group.rows) for group in groups),
    }
    return render(request, "content/guides.html", context)


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The complete guide of one matter, made to be printed too."""
    return render(request, "content/guide.html", guide_context(get_object_or_404(guides.offered(), code=code)))


def guide_context(matter: Matter) -> dict[str, Any]:
    """What the guide's page shows of a matter with its content in force, stored or only drafted."""
    return {"matter": matter, "guide": guides.guide(matter), "place": guides.place()}


@require_safe
def which(request: HttpRequest) -> HttpResponse:
    """Which matters a project needs; the answers are in the address, so it can be kept and shared."""
    form = WhichForm(request.GET or None)
    result = answer(form.facts()) if form.is_bound and form.is_valid() else None
    return render(request, "content/which.html", {"form": form, "result": result})
