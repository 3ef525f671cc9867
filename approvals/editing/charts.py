"""The charts of a matter's steps and of a theme's matters."""

from collections.abc import Sequence
from graphlib import CycleError

from approvals.models import CatalogueDraft, Matter
from common.bilingual import pick
from common.charts import Box, Chart, draw
from deadlines.wording import amount_text


def of(draft: CatalogueDraft, slug: str) -> Chart | None:
    """The chart that belongs to a page of the editor, None where there is none or it can't be drawn."""
    if draft.subject == CatalogueDraft.Subject.MATTER:
        return of_steps(draft.content) if slug == "steps" else None
    return of_matters(draft.content) if slug == "matters" else None


def _drawn(boxes: Sequence[Box]) -> Chart | None:
    """None for no boxes, and for an order that goes in a circle, which a draft may have."""
    try:
        return draw(boxes) if boxes else None
    except CycleError:
        return None


def of_steps(content: dict) -> Chart | None:
    unit = content["limits"]["decision"]["unit"]
    return _drawn(
        [
            Box(
                code=step["code"],
                title=pick(step["name"], step["name_en"]) or step["code"],
                notes=(amount_text(step["days"], unit),),
                after=tuple(step["needs"]),
                strong=step["kind"] == "decide",
            )
            for step in content["steps"]
            if step["code"]
        ]
    )


def of_matters(content: dict) -> Chart | None:
    """One query for the names."""
    codes = [item["code"] for item in content["matters"]]
    names = {matter.code: matter.label for matter in Matter.objects.filter(code__in=codes)}
    return _drawn(
        [
            Box(
                code=item["code"],
                title=names.get(item["code"], item["code"]),
                notes=(item["code"],),
                after=tuple(item["after"]),
                overlap=tuple(item["overlap"]),
            )
            for item in content["matters"]
            if item["code"]
        ]
    )
