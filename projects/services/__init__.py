"""Every write of this app."""

from projects.services.climbing import climb_problem
from projects.services.declaring import (
    Seen,
    correct_national_code,
    declare_project,
    discard_draft,
    save_answers,
    save_draft,
    set_stage,
    start_project,
)
from projects.services.listing import (
    confirm_key_project,
    decline_key_project,
    propose_key_projects,
    remove_key_project,
)
from projects.services.milestones import plan_milestones, reach_milestone
from projects.services.problems import (
    ask_helper,
    confirm_cleared,
    note_problem,
    propose_cleared,
    raise_problem,
    reject_cleared,
    remind_silent_firms,
    withdraw_problem,
)
from projects.services.reporting import Report, add_photo, begin_reports, remove_photo, report_progress
from projects.services.teams import add_member, appoint, hand_over_seat, receive_seat, remove_member, vacate

__all__ = [
    "Report",
    "Seen",
    "add_member",
    "add_photo",
    "appoint",
    "ask_helper",
    "begin_reports",
    "climb_problem",
    "confirm_cleared",
    "confirm_key_project",
    "correct_national_code",
    "declare_project",
    "decline_key_project",
    "discard_draft",
    "hand_over_seat",
    "note_problem",
    "plan_milestones",
    "propose_cleared",
    "propose_key_projects",
    "raise_problem",
    "reach_milestone",
    "receive_seat",
    "reject_cleared",
    "remind_silent_firms",
    "remove_key_project",
    "remove_member",
    "remove_photo",
    "report_progress",
    "save_answers",
    "save_draft",
    "set_stage",
    "start_project",
    "vacate",
    "withdraw_problem",
]
