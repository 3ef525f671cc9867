"""Notices to staff: the list of one's own, one notice with its readers, writing, correcting."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import HallError, NotAllowed
from common.forms import show_error
from ledger.selectors import timeline
from office import rules, services
from office.forms_notices import CorrectForm, NoticeFilterForm, NoticeForm, WithdrawNoticeForm
from office.models import StaffNotice
from office.querysets import SEES_ALL_TASKS
from office.selectors import NOTICE_BOXES, filtered_notices, notice_counts, notices_in_box
from office.views.base import PAGE, SignedIn, acting_self, attempt, shown_files, staff_only, tabs_of


@login_required
@require_safe
def notices(request: SignedIn) -> HttpResponse:
    """Unread first; all; those that one wrote."""
    user = staff_only(request)
    counts = notice_counts(user)
    box = request.GET.get("box", "")
    box = box if box in NOTICE_BOXES else ("unread" if counts["unread"] else "all")
    form = NoticeFilterForm(request.GET)
    rows = filtered_notices(notices_in_box(user, box), form.cleaned_data if form.is_valid() else {})
    page = Paginator(rows.select_related("published_by"), PAGE).get_page(request.GET.get("page"))
    own = user.notice_receipts.filter(notice__in=[one.pk for one in page])
    context = {
        "page_obj": page,
        "form": form,
        "box": box,
        "tabs": tabs_of(NOTICE_BOXES, box, counts),
        "unread": set(own.unread().values_list("notice_id", flat=True)),
        "may_write": rules.may_tell_staff(user),
        "narrowed": any(form.data.get(name) for name in ("q", "importance")),
    }
    return render(request, "office/notices.html", context)


@login_required
@require_safe
def notice(request: SignedIn, pk: int) -> HttpResponse:
    """One notice; who wrote it sees who has read it."""
    shown = _visible(request, pk)
    user = request.user
    may_change = rules.may_change_notice(user, shown)
    mine = shown.receipts.filter(user=user).first()
    context: dict[str, Any] = {
        "notice": shown,
        "files": shown_files(shown.files.all(), user),
        "mine": mine,
        "to_confirm": bool(mine and mine.read_version < shown.version and shown.status == "published"),
        "versions": shown.versions.select_related("replaced_by"),
        "may_change": may_change and shown.status == "published",
        "withdraw_form": WithdrawNoticeForm(),
        "entries": timeline(shown).order_by("-seq"),
    }
    if may_change or user.has_role(*SEES_ALL_TASKS):
        receipts = shown.receipts.select_related("user", "department").order_by("department", "user__name")
        context["waiting"] = receipts.filter(read_version__lt=F("notice__version"))
        context["readers"] = receipts.filter(read_version=F("notice__version")).order_by("-read_at")
        context["total"] = len(context["waiting"]) + len(context["readers"])
    return render(request, "office/notice.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_new(request: SignedIn) -> HttpResponse:
    """Write a notice."""
    if not rules.may_tell_staff(staff_only(request)):
        raise NotAllowed(_("Notices are written by heads, the director, leaders and administrators."))
    form = NoticeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.publish_notice(
                actor=acting_self(request),
                content=form.content(),
                departments=list(data["departments"]),
                roles=data["roles"],
                is_pinned=data["is_pinned"],
                uploads=data["attachments"],
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The notice is published. Its page shows who has read it."))
            return redirect("office:notice", made.pk)
    return render(request, "office/notice_new.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_correct(request: SignedIn, pk: int) -> HttpResponse:
    """Put a new version in force."""
    shown = _changeable(request, pk)
    initial = {name: getattr(shown, name) for name in ("title", "text", "importance", "read_by")}
    form = CorrectForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        content = form.content()
        done = _("The notice is corrected. Its readers have been told.")
        actor = acting_self(request)
        if attempt(
            request,
            lambda: services.correct_notice(actor=actor, notice=shown, content=content, reason=reason),
            done,
            form,
        ):
            return redirect("office:notice", pk)
    return render(
        request, "office/notice_correct.html", {"form": form, "notice": shown}, status=400 if form.errors else 200
    )


@login_required
@require_POST
def notice_act(request: SignedIn, pk: int, act: str) -> HttpResponse:
    """The acts without a page of their own: confirming, withdrawing, pinning, reminding."""
    shown, actor = _visible(request, pk), acting_self(request)
    if act == "read":
        version = int(request.POST["version"]) if request.POST.get("version", "").isdigit() else 0
        attempt(
            request,
            lambda: services.confirm_read(actor=actor, notice=shown, version=version),
            _("You have confirmed that you have read it."),
        )
    elif act == "withdraw":
        attempt(
            request,
            lambda: services.withdraw_notice(actor=actor, notice=shown, reason=request.POST.get("reason", "")),
            _("The notice is withdrawn."),
        )
    elif act == "remind":
        _remind(request, shown)
    else:
        pinned = act == "pin"
        done = _("The notice stays on top.") if pinned else _("The notice no longer stays on top.")
        attempt(request, lambda: services.pin_notice(actor=actor, notice=shown, pinned=pinned), done)
    return redirect("office:notice", pk)


def _remind(request: SignedIn, shown: StaffNotice) -> None:
    try:
        count = services.remind_readers(actor=acting_self(request), notice=shown)
    except NotAllowed:
        raise
    except HallError as error:
        messages.error(request, str(error))
        return
    if count:
        text = ngettext("%(count)s person has been reminded.", "%(count)s people have been reminded.", count)
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Everybody who has not read it was reminded today already."))


def _visible(request: SignedIn, pk: int) -> StaffNotice:
    rows = StaffNotice.objects.visible_to(request.user).select_related("published_by")
    return get_object_or_404(rows.prefetch_related("departments", "files"), pk=pk)


def _changeable(request: SignedIn, pk: int) -> StaffNotice:
    shown = _visible(request, pk)
    if not rules.may_change_notice(request.user, shown):
        raise NotAllowed(_("Only who wrote the notice changes it, or an administrator."))
    return shown
