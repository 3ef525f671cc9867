"""Who may do what with an inquiry; used by services, pages and templates."""

import rules

from accounts.models import Anyone, Role
from reception.models import Inquiry, InquiryHandover


@rules.predicate
def is_staff_in_post(user: Anyone) -> bool:
    """Anybody of the hall: whoever is asked first records it, whatever his post."""
    return user.is_authenticated and user.is_hall_staff


@rules.predicate
def asks_from_outside(user: Anyone) -> bool:
    """Visitors and investors; people of the hall record what they are asked."""
    return not user.is_authenticated or not user.is_hall_staff


@rules.predicate
def owns(user: Anyone, inquiry: Inquiry) -> bool:
    """Has it by name, or holds the post that it has fallen back to."""
    if not user.is_authenticated:
        return False
    if inquiry.owner_id is not None:
        return inquiry.owner_id == user.pk
    return inquiry.department_id in user.department_ids_as(inquiry.role)


@rules.predicate
def receives(user: Anyone, handover: InquiryHandover) -> bool:
    """Is asked to take it over: by name, or through any post in the department."""
    if not user.is_authenticated:
        return False
    if handover.to_user_id is not None:
        return handover.to_user_id == user.pk
    return handover.department_id in user.department_ids_as(*Role.values)


may_record = is_staff_in_post
may_ask_online = asks_from_outside
may_answer = owns
may_hand_over = owns
may_take_over = receives

rules.add_perm("reception.record", may_record)
rules.add_perm("reception.answer", may_answer)
rules.add_perm("reception.take_over", may_take_over)
