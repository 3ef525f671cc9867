"""What becomes of the tasks that come from here; ``office`` tells us, in the transaction of its act."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import NotAllowed
from common.time import now
from coordination.models import Decision, Instruction, Meeting, Part
from coordination.services.duties import INSTRUCTION
from coordination.services.instructions import note_answer
from coordination.services.locking import lock_instruction
from office import sources
from office.models import Task

DECISION = "coordination.decision"


def note_task_of_instruction(task: Task, act: str, actor: Actor) -> None:
    """Copy answers onto the instruction's page; the lead's, once found good, goes to the leader."""
    part = Part.objects.filter(task_id=task.pk, instruction=task.source_id).first()
    if part is None:
        return
    if act == "answered":
        _answered(part, task, actor)
    elif act == "returned":
        part.answer, part.answered_at, part.answered_by = "", None, None
        part.save(update_fields=["answer", "answered_at", "answered_by"])
    elif act == "withdrawn":
        if part.is_lead:
            raise NotAllowed(_("The lead department's part can't be withdrawn: the instruction would be nobody's."))
        part.dropped = True
        part.save(update_fields=["dropped"])
    elif act == "closed" and part.is_lead:
        instruction = lock_instruction(part.instruction_id)
        if instruction.status == Instruction.Status.DIVIDED and part.round == instruction.round:
            note_answer(instruction, part, actor=actor)


def _answered(part: Part, task: Task, actor: Actor) -> None:
    if part.is_lead:
        others = Part.objects.filter(instruction=part.instruction_id, round=part.round, dropped=False, answered_at=None)
        names = [str(one.department) for one in others.exclude(pk=part.pk).select_related("department")]
        if names:
            text = _("You summarise all answers; these are still to come: %(names)s.")
            raise NotAllowed(text % {"names": "、".join(names)})
    answer = task.answers.order_by("-id").first()
    part.answer = answer.text if answer else ""
    part.answered_by, part.answered_at = actor.user, now()
    part.save(update_fields=["answer", "answered_by", "answered_at"])


def lock_source(pk: int) -> None:
    lock_instruction(pk)


def ignore(_task: Task, _act: str, _actor: Actor) -> None:
    """A decision is done when its task is: read off the task, so there is nothing to write."""


def _decisions(user: User) -> QuerySet[Decision]:
    meetings = Meeting.objects.visible_to(user) if user.is_hall_staff else Meeting.objects.none()
    return Decision.objects.filter(meeting__in=meetings.values("pk")).values("pk")  # type: ignore[return-value]


def register_sources() -> None:
    """Called from AppConfig.ready."""
    sources.register(
        INSTRUCTION,
        told=note_task_of_instruction,
        lock=lock_source,
        visible=lambda user: Instruction.objects.visible_to(user).values("pk"),
    )
    sources.register(DECISION, told=ignore, visible=_decisions)
