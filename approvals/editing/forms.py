"""The form of one page of the editor: its values and its lists, made from the table of fields."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department
from approvals.editing import controls, fields
from approvals.editing.controls import Options, plain_number
from approvals.editing.fields import Content, Field, Rows, Section
from approvals.editing.problems import Problem
from approvals.editing.words import labelled
from approvals.models import Matter
from common.bilingual import pick

ACTION = re.compile(r"^(?P<verb>add|remove|up|down|open)-(?P<list>[a-z_]+)(?:-(?P<index>\d{1,3}))?$")


class ValuesForm(forms.Form):
    """Controls of some fields. ``values()`` are the values of content by path once the form is valid."""

    def __init__(self, specs: Sequence[Field], options: Options, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.specs, self.options = specs, options
        self.found: dict[str, Any] = {}
        for spec in specs:
            self.fields.update(controls.controls(spec, options))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for spec in self.specs:
            if control_of(spec) in self.errors:
                continue
            try:
                self.found[spec.path] = controls.value(spec, data, self.options)
            except forms.ValidationError as error:
                self.add_error(control_of(spec), error)
        return data

    def values(self) -> dict[str, Any]:
        return self.found

    def groups(self) -> Iterator[tuple[Any, list[Any]]]:
        """Bound fields by the heading they stand under."""
        found: dict[str, list[Any]] = {}
        for spec in self.specs:
            found.setdefault(str(spec.group), []).extend(self[name] for name in self.names(spec))
        yield from found.items()

    def names(self, spec: Field) -> list[str]:
        return [name for name in self.fields if name == spec.name or (name.startswith(f"{spec.name}__") and _own(spec))]

    def raw(self) -> dict[str, Any]:
        """What was typed, valid or not."""
        return {name: self[name].value() for name in self.fields}


def _own(spec: Field) -> bool:
    return spec.kind == "basis"


def control_of(spec: Field) -> str:
    """The control at which a field's errors are told."""
    return f"{spec.name}__law" if spec.kind == "basis" else spec.name


@dataclass
class RowsForms:
    """The rows of one list."""

    rows: Rows
    forms: list[ValuesForm]
    opened: int | None = None

    @property
    def full(self) -> bool:
        return len(self.forms) >= self.rows.most

    def shown(self) -> Iterator[dict[str, Any]]:
        """For the template: each row with its name and whether it is open."""
        for index, form in enumerate(self.forms):
            is_open = index == self.opened or not (self.rows.one_open or self.rows.folded)
            yield {"index": index, "form": form, "name": self._name(form), "open": is_open or bool(form.errors)}

    def _name(self, form: ValuesForm) -> str:
        if not self.rows.label:
            return ""
        label = form[self.rows.label].value() or ""
        english = form[f"{self.rows.label}_en"].value() if f"{self.rows.label}_en" in form.fields else ""
        if self.rows.one_open:
            names = form.options.desk.matters
            parts = [f"{label} {names.get(label, '')}"]
            told = [(form.fields[key].label, form[key].value()) for key in ("after", "overlap")]
            parts += [labelled(label, "、".join(codes)) for label, codes in told if codes]
            return " · ".join(parts)
        return pick(label, english or "") or str(form[self.rows.key].value() or "")


@dataclass
class PageForms:
    """Everything on one page."""

    section: Section
    options: Options
    form: ValuesForm
    lists: list[RowsForms] = field(default_factory=list)

    @classmethod
    def shown(cls, section: Section, content: Content, options: Options, opened: int | None = None) -> PageForms:
        """Unbound, with what the draft holds."""
        first: dict[str, Any] = {}
        for spec in section.fields:
            first |= controls.initial(spec, fields.get(content, spec.path), options)
        page = cls(section, options, ValuesForm(section.fields, options, initial=first))
        for rows in section.lists:
            items = content.get(rows.path) or []
            options.steps = _codes(rows, (fields.get(item, rows.key) for item in items), options)
            made = []
            for index, item in enumerate(items):
                start: dict[str, Any] = {}
                for spec in rows.fields:
                    start |= controls.initial(spec, fields.get(item, spec.path), options)
                made.append(ValuesForm(rows.fields, options, initial=start, prefix=f"{rows.path}-{index}"))
            page.lists.append(RowsForms(rows, made, opened))
        return page

    @classmethod
    def posted(cls, section: Section, data: QueryDict, options: Options) -> PageForms:
        page = cls(section, options, ValuesForm(section.fields, options, data))
        for rows in section.lists:
            count = min(plain_number(data.get(f"{rows.path}-count")) or 0, rows.most)
            codes = (data.get(f"{rows.path}-{index}-{rows.key or 'value'}", "") for index in range(count))
            options.steps = _codes(rows, codes, options)
            made = [ValuesForm(rows.fields, options, data, prefix=f"{rows.path}-{index}") for index in range(count)]
            page.lists.append(RowsForms(rows, made, plain_number(data.get(f"{rows.path}-opened"))))
        return page

    @property
    def all_forms(self) -> list[ValuesForm]:
        return [self.form, *(form for rows in self.lists for form in rows.forms)]

    def is_valid(self) -> bool:
        # Every form is looked at, so that all errors are shown at once.
        valid = [form.is_valid() for form in self.all_forms]
        return all(valid)

    def applied(self, content: Content) -> Content:
        """A copy of ``content`` with what this page says; only for valid forms."""
        new = copy.deepcopy(content)
        off = set()
        for spec in self.section.fields:
            value = self.form.values()[spec.path]
            if spec.kind == "switch":
                if not value:
                    off.add(spec.path)
                elif not isinstance(new.get(spec.path), dict):
                    new[spec.path] = {}
            elif spec.path.split(".", 1)[0] not in off and not _absent(spec, new):
                fields.put(new, spec.path, _in_order(fields.get(content, spec.path), value))
        for path in off:
            new[path] = None
        for listed in self.lists:
            new[listed.rows.path] = _rows_value(listed, content.get(listed.rows.path) or [])
        return new

    def show_problems(self, problems: Iterable[Problem]) -> bool:
        """Put what is wrong at its field; True when something of this page is wrong rather than missing."""
        blocked = False
        for problem in problems:
            if problem.section != self.section.slug or not problem.field or problem.missing:
                continue
            form = self._form_at(problem)
            spec = next(spec for spec in form.specs if spec.path == problem.field)
            form.add_error(control_of(spec), problem.text)
            blocked = True
        return blocked

    def _form_at(self, problem: Problem) -> ValuesForm:
        if problem.index is None:
            return self.form
        rows = next(rows for rows in self.lists if rows.rows.path == problem.list)
        return rows.forms[problem.index]

    def acted(self, action: str, paper: str = "") -> PageForms:
        """The page after a button for rows, with everything typed so far; unbound, nothing is checked."""
        again = PageForms(
            self.section, self.options, ValuesForm(self.section.fields, self.options, initial=self.form.raw())
        )
        match = ACTION.match(action)
        for rows in self.lists:
            raw = [form.raw() for form in rows.forms]
            opened = rows.opened
            if match and match["list"] == rows.rows.path:
                opened = _act(raw, rows, match["verb"], plain_number(match["index"]), self._new_row(rows.rows, paper))
            self.options.steps = _codes(
                rows.rows, (row[rows.rows.key or "value"] for row in raw if rows.rows.key in row), self.options
            )
            made = [
                ValuesForm(rows.rows.fields, self.options, initial=row, prefix=f"{rows.rows.path}-{index}")
                for index, row in enumerate(raw)
            ]
            again.lists.append(RowsForms(rows.rows, made, opened))
        return again

    def _new_row(self, rows: Rows, paper: str) -> dict[str, Any]:
        """A blank row, or one of a paper that is known."""
        start: dict[str, Any] = {}
        known: Mapping[str, Any] = self.options.desk.registers.papers.get(paper, {})
        item = {"required": True, "topic": "matter", **(known if rows.path == "materials" else {})}
        for spec in rows.fields:
            start |= controls.initial(spec, fields.get(item, spec.path) if spec.path else None, self.options)
        return start


def _act(raw: list[Any], rows: RowsForms, verb: str, index: int | None, new: Any) -> int | None:
    """Change ``raw`` as the button says; the row that is open afterwards."""
    if verb == "add":
        if not rows.full:
            raw.append(new)
        return len(raw) - 1
    if index is None or index >= len(raw):
        return rows.opened
    if verb == "remove":
        del raw[index]
        return None
    if verb == "open":
        return index
    other = index - 1 if verb == "up" else index + 1
    if 0 <= other < len(raw):
        raw[index], raw[other] = raw[other], raw[index]
    return None


def _codes(rows: Rows, codes: Iterable[Any], options: Options) -> controls.Choices:
    """Choices among the list's own rows: steps by their code, matters of a theme by code and name."""
    names = options.desk.matters
    return [(code, f"{code} {names[code]}" if code in names else code) for code in dict.fromkeys(codes) if code]


def _in_order(old: Any, new: Any) -> Any:
    """Ticks in the order in which they stood before, new ones behind: a page posts them in its own order."""
    if not isinstance(old, list) or not isinstance(new, list) or not all(isinstance(item, str) for item in old):
        return new
    return [item for item in old if item in new] + [item for item in new if item not in old]


def _rows_value(listed: RowsForms, before: Sequence[Any]) -> list[Any]:
    rows = listed.rows
    keyed = {fields.get(item, rows.key): item for item in before if isinstance(item, dict)}
    found = [_row_value(rows, form) for form in listed.forms]
    for item in found:
        if isinstance(item, dict) and (old := keyed.get(fields.get(item, rows.key))) is not None:
            item.update({key: _in_order(old.get(key), value) for key, value in item.items() if key != "articles"})
    return found


def _row_value(rows: Rows, form: ValuesForm) -> Any:
    values = form.values()
    if rows.plain or set(values) == {""}:
        return values[""]
    item: Content = {}
    for path, value in values.items():
        fields.put(item, path, value)
    return item


def _absent(spec: Field, content: Content) -> bool:
    """Part of a group that this matter doesn't have (no paper may be deferred)."""
    head, _dot, rest = spec.path.partition(".")
    return bool(rest) and head in content and content[head] is None


STATES = (
    ("", gettext_lazy("All")),
    ("in_force", gettext_lazy("In force")),
    ("draft", gettext_lazy("Draft open")),
    ("retired", gettext_lazy("Retired")),
)


class CatalogueFilter(forms.Form):
    """Narrows the list of matters; themes have neither stage nor department."""

    q = forms.CharField(label=gettext_lazy("Name or code"), required=False, max_length=60)
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"), required=False, choices=[("", gettext_lazy("All")), *Matter.Stage.choices]
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("Department"), required=False, empty_label=gettext_lazy("All")
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=STATES)

    def __init__(self, *args: Any, of_themes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["department"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Department.objects.filter(matters__isnull=False).distinct()
        if of_themes:
            del self.fields["stage"], self.fields["department"]


class NewForm(forms.Form):
    """Something that is not in the catalogue yet."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=30)
    name = controls.LineField(label=gettext_lazy("Name"), max_length=120)
    copy_of = forms.ChoiceField(label=gettext_lazy("Copy of"), required=False)

    def __init__(self, *args: Any, things: Iterable[tuple[str, str]], hint: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = hint
        chosen = self.fields["copy_of"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("Nothing: begin with a blank one")), *things]


class NoteForm(forms.Form):
    note = controls.LineField(
        label=gettext_lazy("What was changed, and why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Stands in the list of versions."),
    )
