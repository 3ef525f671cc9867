"""The questionnaire: where to begin, one question a page, check the answers, the list."""

from __future__ import annotations

import math

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from approvals import facts as catalogue_facts
from common.errors import HallError
from content import limiter, services
from content.asking import Answers
from content.needlist import PersonalList, personal_list
from content.qr import qr_of
from content.questionnaire import QuestionForm, address, pairs, read_answers, show_answer, with_answer
from content.starts import Start, start_of, starts
from content.themes import chart_of
from content.wording import place


@require_safe
def which(request: HttpRequest) -> HttpResponse:
    """What do you want to do?"""
    return render(request, "content/which.html", {"starts": starts()})


def _start(code: str) -> Start:
    start = start_of(code)
    if start is None:
        raise Http404
    return start


@require_safe
def begin(request: HttpRequest, start: str) -> HttpResponse:
    """To the first question not answered yet; where nothing needs asking, to the list."""
    beginning = _start(start)
    return redirect(_onward(beginning, read_answers(beginning, request.GET)))


def _onward(start: Start, answers: Answers) -> str:
    walk = start.questionnaire.walk(answers)
    if walk.next:
        return address(start, answers, "which_question", walk.next)
    return address(start, walk.answers, "which_answers" if walk.asked else "which_list")


@require_safe
def question(request: HttpRequest, start: str, fact: str) -> HttpResponse:
    """One question; ``?answer`` comes from its form, the other answers stand in the address."""
    beginning = _start(start)
    questions = beginning.questionnaire
    if fact not in questions.order:
        raise Http404
    answers = read_answers(beginning, request.GET)
    sent = "next" in request.GET or "skip" in request.GET
    form = QuestionForm(
        questions, catalogue_facts.definitions()[fact], request.GET if sent else None, initial=_initial(answers, fact)
    )
    if "skip" in request.GET:
        return redirect(_after(request, beginning, with_answer(answers, fact, False, None)))
    if sent and form.is_valid():
        known, value = form.answer()
        return redirect(_after(request, beginning, with_answer(answers, fact, known, value)))
    return render(request, "content/question.html", _question_context(request, beginning, answers, fact, form))


def _initial(answers: Answers, fact: str) -> dict[str, str]:
    return {name: value for name, value in pairs(answers) if name == fact}


def _after(request: HttpRequest, start: Start, answers: Answers) -> str:
    """Back to the answers when one came from there and nothing new must be asked."""
    walk = start.questionnaire.walk(answers)
    if request.GET.get("from") == "answers" and walk.next is None:
        return address(start, walk.answers, "which_answers")
    return _onward(start, answers)


def _question_context(
    request: HttpRequest, start: Start, answers: Answers, fact: str, form: QuestionForm
) -> dict[str, object]:
    others = Answers({name: value for name, value in answers.facts.items() if name != fact}, answers.declined - {fact})
    walk = start.questionnaire.walk(others)
    full = start.questionnaire.walk(answers)
    asked = full.asked if fact in full.asked else (*walk.asked, fact)
    place_in = asked.index(fact)
    from_answers = request.GET.get("from") == "answers"
    back = _back(start, answers, asked[place_in - 1] if place_in else "", from_answers)
    return {
        "start": start,
        "form": form,
        "field": form[fact],
        "number": place_in + 1,
        "most": max(place_in + 1, len(full.asked) + full.most_left),
        "hidden": list(pairs(others)),
        "from_answers": from_answers,
        "back_url": back,
        "is_number": form.fact.type == "number",
    }


def _back(start: Start, answers: Answers, before: str, from_answers: bool) -> str:
    if from_answers:
        return address(start, answers, "which_answers")
    return address(start, answers, "which_question", before) if before else reverse("content:which")


@require_safe
def check_answers(request: HttpRequest, start: str) -> HttpResponse:
    """Everything that was answered, each with a way to change it."""
    beginning = _start(start)
    given = read_answers(beginning, request.GET)
    walk, answers = beginning.questionnaire.walk(given), beginning.questionnaire.settled(given)
    rows = [
        {
            "label": catalogue_facts.label(name),
            "value": show_answer(catalogue_facts.definitions()[name], answers),
            "change_url": _with_from(address(beginning, answers, "which_question", name)),
        }
        for name in walk.asked
    ]
    context = {
        "start": beginning,
        "rows": rows,
        "next_url": address(beginning, answers, "which_question", walk.next) if walk.next else "",
        "list_url": address(beginning, answers, "which_list"),
    }
    return render(request, "content/answers.html", context)


def _with_from(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}from=answers"


@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, start: str) -> HttpResponse:
    """The list for the answers in the address; posting keeps it under a code of its own."""
    beginning = _start(start)
    given = read_answers(beginning, request.GET)
    walk, answers = beginning.questionnaire.walk(given), beginning.questionnaire.settled(given)
    found = personal_list(beginning, answers)
    context = list_context(request, found)
    context |= {
        "answers_url": address(beginning, answers, "which_answers"),
        "unasked_url": address(beginning, answers, "which_question", walk.next) if walk.next else "",
    }
    if request.method != "POST":
        return _noindex(render(request, "content/list.html", context))
    kept = keep(request, beginning, answers)
    if isinstance(kept, str):
        return redirect(kept)
    response = _noindex(render(request, "content/list.html", {**context, **kept}, status=429 if kept["wait"] else 400))
    if kept["wait"]:
        response.headers["Retry-After"] = str(kept["wait"])
    return response


def keep(request: HttpRequest, start: Start, answers: Answers) -> str | dict[str, object]:
    """Keep the list: where it then stands, or why not. Only visitors without an account are held back."""
    person = request.user if isinstance(request.user, User) else None
    visitor = limiter.address_of(request)
    wait = 0 if person else limiter.wait_for(limiter.LISTS, visitor)
    if wait:
        return {"wait": wait, "minutes": math.ceil(wait / 60)}
    try:
        need_list = services.save_list(
            actor=Actor(person), start=start, answers=answers, title=request.POST.get("title", "")
        )
    except HallError as error:
        return {"wait": 0, "refused": str(error)}
    if person is None:
        limiter.count_use(limiter.LISTS, visitor)
    onward = "content:list_apply" if "apply" in request.POST else "content:list"
    return reverse(onward, args=[need_list.code])


def list_context(request: HttpRequest, found: PersonalList) -> dict[str, object]:
    """What the page of a list shows, kept or not."""
    path = request.get_full_path()
    return {
        "found": found,
        "chart": chart_of(found.confirmed, found.theme) if len(found.confirmed) > 1 else None,
        "open_links": open_links(found),
        "place": place(),
        "qr": qr_of(request, path),
        "address": request.build_absolute_uri(path),
    }


def open_links(found: PersonalList) -> list[dict[str, str]]:
    """The questions that would settle what is still open, each with its page."""
    names = dict.fromkeys(name for item in found.possible for name in item.open_questions)
    questions = found.start.questionnaire
    return [
        {"label": catalogue_facts.label(name), "url": address(found.start, found.answers, "which_question", name)}
        for name in names
        if name in questions.order
    ]


def _noindex(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
