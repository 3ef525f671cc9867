"""Every write of applications, cases and steps; the only place that sets a status."""

from approvals.services.applicant import resubmit_case, withdraw_case
from approvals.services.checking_later import record_finding
from approvals.services.committing import choose_ways, sign_conditions
from approvals.services.deferring import (
    Signature,
    choose_overlap,
    confirm_paper,
    fail_deferral,
    hand_in_paper,
    lift_bar,
    mark_later,
    return_paper,
    terminate_case,
)
from approvals.services.delivering import issue_decision, mark_read, sign_for_decision
from approvals.services.extending import (
    ask_more_time,
    ask_more_time_on,
    decide_more_time,
    revoke_more_time,
    withdraw_request,
)
from approvals.services.joint import (
    ask_joint_extension,
    decide_joint_extension,
    start_joint_handling,
)
from approvals.services.objecting import object_to_notice, settle_objection
from approvals.services.publishing import close_notice, publish_by_silence, publish_case
from approvals.services.sessions import call_session, cancel_session, close_session, give_opinion
from approvals.services.silence import deem_agreed
from approvals.services.special import begin_special_procedure, end_special_procedure
from approvals.services.steps import (
    approve_proposal,
    ask_window,
    complete_review,
    propose_decision,
    send_back,
    take_step,
)
from approvals.services.submitting import submit_application
from approvals.services.together import issue_together, sign_together
from approvals.services.window import (
    accept_case,
    answer_question,
    check_materials,
    deem_accepted,
    hand_over_case,
    not_accept_case,
    send_correction,
)

__all__ = [
    "Signature",
    "accept_case",
    "answer_question",
    "approve_proposal",
    "ask_joint_extension",
    "ask_more_time",
    "ask_more_time_on",
    "ask_window",
    "begin_special_procedure",
    "call_session",
    "cancel_session",
    "check_materials",
    "choose_overlap",
    "choose_ways",
    "close_notice",
    "close_session",
    "complete_review",
    "confirm_paper",
    "decide_joint_extension",
    "decide_more_time",
    "deem_accepted",
    "deem_agreed",
    "end_special_procedure",
    "fail_deferral",
    "give_opinion",
    "hand_in_paper",
    "hand_over_case",
    "issue_decision",
    "issue_together",
    "lift_bar",
    "mark_later",
    "mark_read",
    "not_accept_case",
    "object_to_notice",
    "propose_decision",
    "publish_by_silence",
    "publish_case",
    "record_finding",
    "resubmit_case",
    "return_paper",
    "revoke_more_time",
    "send_back",
    "send_correction",
    "settle_objection",
    "sign_conditions",
    "sign_for_decision",
    "sign_together",
    "start_joint_handling",
    "submit_application",
    "take_step",
    "terminate_case",
    "withdraw_case",
    "withdraw_request",
]
