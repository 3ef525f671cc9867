"""Wording of the notices that approvals sends; filled in the reader's language when read."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from deadlines.models import Ground
from notifications.templates import register

register(
    "approvals.submitted",
    _("Application %(number)s received"),
    _("Your application %(number)s for “%(project)s” became %(count)s cases. Each has its own number and date."),
)
register(
    "approvals.arrived",
    _("New at the window: %(project)s"),
    _("Application %(number)s brought %(count)s cases to be checked within five working days."),
)
register(
    "approvals.received_after_waiting",
    _("Case %(number)s received"),
    _("“%(matter)s” waited for a certificate, which is there now. The window checks it within five working days."),
)
register(
    "approvals.arrived_after_waiting",
    _("New at the window: %(number)s"),
    _("“%(matter)s” waited for another certificate, which is there now. Please check it within five working days."),
)
register(
    "approvals.session_called",
    _("%(name)s: your department is asked"),
    _("Application %(number)s is reviewed jointly. Please give your department's opinion in the session."),
)
register(
    "approvals.session_cancelled",
    _("%(name)s called off"),
    _("The joint review of application %(number)s was called off: %(reason)s. Please review each step by itself."),
)
register(
    "approvals.accepted",
    _("Case %(number)s accepted"),
    _("“%(matter)s” was accepted. A decision is promised by %(due)s."),
)
register(
    "approvals.deemed_accepted",
    _("Case %(number)s counts as accepted"),
    _(
        "Nobody told you within five working days what was missing, so “%(matter)s” counts as accepted"
        " as of %(received)s."
    ),
)
register(
    "approvals.correction",
    _("Case %(number)s: please correct"),
    _("“%(matter)s” needs %(count)s corrections. They are all listed; answer them in one go."),
)
register(
    "approvals.not_accepted",
    _("Case %(number)s not accepted"),
    _("“%(matter)s” was not accepted: %(reason)s"),
)
register(
    "approvals.resubmitted",
    _("Case %(number)s: corrections came in"),
    _("The applicant answered the correction notice for “%(matter)s”. The five-day clock runs again."),
)
register(
    "approvals.withdrawn",
    _("Case %(number)s withdrawn"),
    _("The applicant withdrew “%(matter)s”."),
)
register(
    "approvals.step_opened",
    _("Case %(number)s: %(step)s is open"),
    _("The step “%(step)s” of “%(matter)s” is waiting for your department."),
)
register(
    "approvals.proposed",
    _("Case %(number)s waits for your approval"),
    _("A decision on “%(matter)s” was proposed. A second person must approve it."),
)
register(
    "approvals.sent_back",
    _("Case %(number)s: proposal sent back"),
    _("Your proposal in the step “%(step)s” was sent back. Look at the words that came with it."),
)
register(
    "approvals.question",
    _("Case %(number)s: a department asks"),
    _("In the step “%(step)s” a department asks the window for something."),
)
register(
    "approvals.question_answered",
    _("Case %(number)s: the window answered"),
    _("Your question in the step “%(step)s” was answered."),
)
register(
    "approvals.deemed_agreed",
    _("Case %(number)s: your department is deemed to agree"),
    _(
        "The limit of the step “%(step)s” of “%(matter)s” ran out without an opinion. By law this counts as agreement;"
        " that it was late stays on record."
    ),
)
register(
    "approvals.joint_started",
    _("Application %(number)s: %(count)s cases are handled jointly"),
    _(
        "The departments handle %(count)s cases of your application together, promised by %(due)s."
        " You need not do anything."
    ),
)
register(
    "approvals.joint_lead",
    _("Application %(number)s: your department leads joint handling"),
    _("%(count)s cases are handled jointly until %(due)s. Your department leads; the page shows who holds what."),
)
register(
    "approvals.joint_extension_asked",
    _("Joint handling of %(number)s: an extension waits for your decision"),
    _("%(days)s working days more are asked for. Reason: %(reason)s"),
)
register(
    "approvals.joint_extension_approved",
    _("Joint handling of %(number)s: extension approved"),
    _("The limit was extended by %(days)s working days. The applicant has been told."),
)
register(
    "approvals.joint_extension_refused",
    _("Joint handling of %(number)s: extension refused"),
    _("%(days)s working days more were refused: %(remark)s"),
)
register(
    "approvals.joint_extended",
    _("Application %(number)s: the limit of joint handling was extended"),
    _(
        "It was extended by %(days)s working days to %(due)s, approved by the head of the government."
        " Reason: %(reason)s"
    ),
)
register(
    "approvals.decided",
    _("Case %(number)s decided: deliver it"),
    _("“%(matter)s” was decided. Issue and deliver it within the delivery limit."),
)
register(
    "approvals.decided_held",
    _("Case %(number)s decided, certificate held back"),
    _("“%(matter)s” was granted, but papers that were to follow are missing. The days to deliver begin with the last."),
)
register(
    "approvals.deferral_handed_in",
    _("Case %(number)s: a promised paper is there"),
    _("“%(name)s” for “%(matter)s” was handed in. Please look at it within two working days."),
)
register(
    "approvals.deferral_filled",
    _("Case %(number)s: “%(name)s” is complete"),
    _("The window has looked at the paper that followed for “%(matter)s”. Your promise is kept."),
)
register(
    "approvals.deferral_returned",
    _("Case %(number)s: “%(name)s” must be handed in again"),
    _("The window found: %(remark)s. The days that were left go on; hand it in for “%(matter)s” by %(due)s."),
)
register(
    "approvals.deferral_released",
    _("Case %(number)s: nothing holds the certificate any more"),
    _("Everything that was to follow for “%(matter)s” is there. Issue and deliver it within the delivery limit."),
)
register(
    "approvals.terminated",
    _("Case %(number)s terminated"),
    _("“%(matter)s” was terminated. Reason: %(reason)s The decision in writing with the remedies is with the case."),
)
register(
    "approvals.deferral_revoked",
    _("Case %(number)s: the decision was revoked"),
    _("The decision on “%(matter)s” and its certificate were revoked. Reason: %(reason)s"),
)
register(
    "approvals.deferral_bar_lifted",
    _("%(name)s may hand in papers later again"),
    _("The bar from deferral was lifted. Reason: %(reason)s"),
)
register(
    "approvals.delivered",
    _("Case %(number)s: the decision is here"),
    _("The decision on “%(matter)s” was delivered to your account. Open it to read it."),
)
register(
    "approvals.ready",
    _("Case %(number)s: ready for collection"),
    _("The decision on “%(matter)s” lies ready at the window."),
)
register(
    "approvals.collected",
    _("Case %(number)s collected"),
    _("%(by)s collected the decision on “%(matter)s” at the counter."),
)
register(
    "approvals.more_time_asked",
    _("An extension waits for your decision: %(title)s"),
    _("%(name)s asks for an extension; the time limit runs on until you decide. Reason: %(reason)s"),
)
register(
    "approvals.more_time_granted",
    _("Extension approved: %(title)s"),
    _("Your request was approved. The time limit now ends on %(due)s. Remark: %(remark)s"),
)
register(
    "approvals.more_time_refused",
    _("Extension refused: %(title)s"),
    _("Your request was refused; the time limit still ends on %(due)s. Reason: %(remark)s"),
)
register(
    "approvals.more_time_revoked",
    _("Extension revoked: %(title)s"),
    _("The extension was taken back; the time limit ends on %(due)s again. Reason: %(remark)s"),
)
register(
    "approvals.extended",
    _("Case %(number)s: the time limit was extended"),
    _("The time limit for “%(matter)s” was extended to %(due)s; a written notice is with the case. Reason: %(reason)s"),
)
register(
    "approvals.extension_revoked",
    _("Case %(number)s: the extension was taken back"),
    _("The decision on “%(matter)s” is promised by %(due)s again. Reason: %(reason)s"),
)

register(
    "approvals.infected",
    _("A virus was found in “%(file)s”"),
    _(
        "The virus check found “%(virus)s” in the file “%(file)s”. Its content was deleted and it does not count as"
        " handed in. Clean your computer, then hand in a clean copy."
    ),
)
register(
    "approvals.infected_window",
    _("Case %(number)s: a file was removed"),
    _("A virus was found in “%(file)s”. The file does not count as handed in; look at the materials again."),
)

# A message is filled in when it is read, in the reader's language; so each ground has its own text.
_on_ground: Callable[[Any, Any], str] = lazy(lambda text, ground: str(text).replace("%(ground)s", str(ground)), str)
for _ground in Ground:
    register(
        f"approvals.special_begun.{_ground.value}",
        _on_ground(_("Case %(number)s: special procedure (%(ground)s), the time limit stands still"), _ground.label),
        _on_ground(
            _(
                "“%(matter)s” needs a special procedure: %(ground)s (%(reason)s). It is planned to end by %(until)s and"
                " does not count towards the time limit. A written notice is with the case."
            ),
            _ground.label,
        ),
    )
    register(
        f"approvals.special_ended.{_ground.value}",
        _("Case %(number)s: the special procedure has ended"),
        _on_ground(
            _(
                "The special procedure (%(ground)s) of “%(matter)s” has ended; the time limit goes on."
                " A decision is promised by %(due)s."
            ),
            _ground.label,
        ),
    )

# Words of the timeline for what the services write into the ledger.
register_acts(
    {
        "matter.published": _("New version in force"),
        "matter.retired": _("No longer offered"),
        "matter.offered": _("Offered again"),
        "theme.published": _("New version in force"),
        "theme.retired": _("No longer offered"),
        "theme.offered": _("Offered again"),
        "catalogue.draft_started": _("Draft begun"),
        "catalogue.draft_saved": _("Draft saved"),
        "catalogue.draft_discarded": _("Draft discarded"),
        "catalogue.draft_published": _("Draft published"),
        "application.submitted": _("Application submitted"),
        "application.discarded": _("Draft application put away"),
        "material.added": _("Material handed in"),
        "material.replaced": _("Material replaced"),
        "file.infected": _("Virus found in a file; the file was removed"),
        "material.fetched": _("Certificate attached by the hall"),
        "case.received": _("Received"),
        "case.waiting": _("Waiting for another certificate"),
        "session.called": _("Joint review called"),
        "session.opinion_given": _("Opinion given in the joint review"),
        "session.closed": _("Joint review closed"),
        "session.cancelled": _("Joint review called off"),
        "case.accepted": _("Accepted"),
        "case.deemed_accepted": _("Deemed accepted"),
        "case.correction_sent": _("Correction notice sent"),
        "case.resubmitted": _("Corrections handed in"),
        "case.answers_changed": _("Answers of the form corrected"),
        "case.not_accepted": _("Not accepted"),
        "case.handed_over": _("Handed over to the departments"),
        "case.question_answered": _("Window answered the department"),
        "case.decided": _("Decided"),
        "case.issued": _("Issued"),
        "case.collected": _("Collected at the counter"),
        "case.read": _("Decision read by the applicant"),
        "case.withdrawn": _("Withdrawn"),
        "case.terminated": _("Terminated"),
        "case.deferral_signed": _("Commitment signed: papers follow later"),
        "case.deferral_handed_in": _("Promised paper handed in"),
        "case.deferral_filled": _("Gap closed"),
        "case.deferral_returned": _("Promised paper sent back"),
        "case.deferral_failed": _("Promise not kept"),
        "case.decision_revoked": _("Decision revoked"),
        "enterprise.deferral_barred": _("Barred from deferral"),
        "enterprise.deferral_bar_lifted": _("Bar from deferral lifted"),
        "case.special_told": _("Applicant told of the special procedure in writing"),
        "case.more_time_told": _("Applicant told of the extension in writing"),
        "step.taken": _("Step taken"),
        "step.completed": _("Opinion given"),
        "step.opened": _("Step opened"),
        "step.proposed": _("Decision proposed"),
        "step.approved": _("Proposal approved"),
        "step.sent_back": _("Proposal sent back"),
        "step.deemed_agreed": _("Deemed to agree: no opinion in time"),
        "application.joint_started": _("Joint handling started"),
        "application.joint_ended": _("Joint handling ended"),
        "case.joint_started": _("Joint handling started"),
        "case.joint_extended": _("Limit of joint handling extended"),
        "step.asked_window": _("Department asked the window"),
    }
)
