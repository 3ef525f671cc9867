"""The office's first page and its search."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office import rules, selectors
from office.models import PaperHandover, StaffNotice, Task
from office.views.base import SignedIn, staff_only

FEW = 5
MOST_FOUND = 20


@login_required
@require_safe
def home(request: SignedIn) -> HttpResponse:
    """What waits for the person who looks: tasks, papers, notices."""
    user = staff_only(request)
    tasks = selectors.waiting_for(user).for_lists()
    papers = selectors.handovers_in_box(user, "sign") | selectors.handovers_in_box(user, "settle")
    notices = list(selectors.notices_in_box(user, "unread").select_related("published_by")[:FEW])
    context = {
        "tasks": tasks[:FEW],
        "papers": papers.for_lists().order_by("clock__due_at", "id")[:FEW],
        "notices": notices,
        "unread": {one.pk for one in notices},
        "may_give": rules.may_give(user),
        "may_write": rules.may_tell_staff(user),
    }
    return render(request, "office/home.html", context)


@login_required
@require_safe
def search(request: SignedIn) -> HttpResponse:
    """By words over everything that one may see."""
    user = staff_only(request)
    text = request.GET.get("q", "").strip()[:60]
    context: dict[str, object] = {"q": text}
    if text:
        tasks = Task.objects.visible_to(user).with_words(text).for_lists().order_by("-id")
        papers = PaperHandover.objects.visible_to(user).with_words(text).for_lists().order_by("-id")
        notices = StaffNotice.objects.visible_to(user).with_words(text).select_related("published_by")
        context |= {
            "tasks": tasks[:MOST_FOUND],
            "papers": papers[:MOST_FOUND],
            "notices": notices.order_by("-changed_at", "-id")[:MOST_FOUND],
            "unread": set(user.notice_receipts.unread().values_list("notice_id", flat=True)),
        }
    return render(request, "office/search.html", context)
