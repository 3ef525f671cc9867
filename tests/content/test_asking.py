"""The questionnaire: it asks nothing that changes nothing, and ends where all answers at once would."""

import random
from itertools import product

import pytest

from approvals import facts as catalogue_facts
from approvals.catalogue.conditions import applies, facts_in
from approvals.catalogue.model import Fact, needs
from approvals.services.catalogue import load_catalogue
from content.asking import DIVISION, SECTION, Answers, Questionnaire, asked_as, implied, residual
from content.starts import section_of, start_of, starts

pytestmark = pytest.mark.django_db

STARTS = ("industrial-new", "technical-upgrade", "government-project", "chemical-project", "food-plant",
          "joint-acceptance", "business-setup", "foreign-setup", "change-registration", "simple-cancellation", "other",
          "matter-SG01")  # fmt: skip


@pytest.fixture
def catalogue(db):
    load_catalogue()


def leaf(name, op="eq", value=True):
    return {"fact": name, "op": op, "value": value}


def yes_no(*names):
    return {name: Fact(name, name, name, "boolean", "question") for name in names}


def test_what_is_settled_leaves_nothing_and_the_rest_stays():
    condition = {"all": [leaf("a"), {"any": [leaf("b"), leaf("c")]}, {"not": leaf("d")}]}
    assert residual(condition, {"a": False}) is False
    assert residual(condition, {"a": True, "b": True, "d": False}) is True
    assert residual(condition, {"a": True, "b": False, "d": False}) == leaf("c")
    assert residual(condition, {"b": False}) == {"all": [leaf("a"), leaf("c"), {"not": leaf("d")}]}


def test_questions_whose_answer_is_settled_are_left_out():
    questions = Questionnaire(
        ({"all": [leaf("a"), leaf("b")]}, {"any": [leaf("a"), leaf("c")]}), yes_no("a", "b", "c"), {}, {}, {}
    )
    assert questions.walk(Answers({"a": True})).next == "b"
    assert questions.walk(Answers({"a": False})).next == "c"
    done = questions.walk(Answers({"a": False, "b": True, "c": False}))
    assert (done.asked, done.next, dict(done.answers.facts)) == (("a", "c"), None, {"a": False, "c": False})


def test_not_knowing_is_kept_and_leaves_the_rest_to_be_asked():
    questions = Questionnaire(({"all": [leaf("a"), leaf("b")]},), yes_no("a", "b"), {}, {}, {})
    walk = questions.walk(Answers({}, frozenset({"a"})))
    assert (walk.asked, walk.next, walk.most_left) == (("a",), "b", 1)


def test_what_a_condition_implies():
    condition = {"all": [leaf("kind", "in", ["x", "y"]), leaf("nature", "eq", "new"), leaf("area", "gt", 3)]}
    assert implied(condition) == ({"nature": "new"}, {"kind": ("x", "y")})
    assert implied({"any": [leaf("a")]}) == implied(None) == ({}, {})


def everything(start, rng):
    """A value for every fact at once, among those that the beginning leaves open."""
    questions = start.questionnaire
    values = {}
    for name, fact in catalogue_facts.definitions().items():
        if name == SECTION:
            continue
        if name in questions.order:
            values[name] = rng.choice(questions.representatives(name))
        elif fact.type == "boolean":
            values[name] = rng.choice([True, False])
    division = values.setdefault(DIVISION, "14")
    return {**values, SECTION: section_of()[division], **start.known}


def needed(start, facts):
    return [
        (need.matter.code, need.confirmed)
        for need in needs([offer.content for offer in start.offers], facts, defaults={})
    ]


@pytest.mark.parametrize("code", STARTS)
def test_ends_with_the_same_needs_as_all_answers_at_once(catalogue, code):
    start, rng = start_of(code), random.Random(code)
    for _turn in range(60):
        full = everything(start, rng)
        walk = start.questionnaire.walk(Answers({k: v for k, v in full.items() if k in start.questionnaire.order}))
        assert walk.next is None
        facts = start.questionnaire.facts_of(walk.answers)
        assert needed(start, facts) == needed(start, full)
        assert start.theme_for(facts) == start.theme_for(full)


def changes_something(start, name, known):
    """Two answers to ``name``, the rest of one condition's facts alike, after which it comes out differently."""
    questions = start.questionnaire
    for condition in questions.conditions:
        names = [one for one in dict.fromkeys(map(asked_as, facts_in(condition))) if one != name]
        if name not in set(map(asked_as, facts_in(condition))):
            continue
        rest = [one for one in names if one in questions.facts and one not in known]
        for values in product(*(questions.representatives(one) for one in rest)):
            facts = dict(known)
            for one, value in zip(rest, values, strict=True):
                facts |= questions.assign(one, value)
            outcomes = {
                applies(condition, {**facts, **questions.assign(name, value)})
                for value in questions.representatives(name)
            }
            if len(outcomes) > 1:
                return True
    return False


@pytest.mark.parametrize("code", STARTS)
def test_no_question_is_asked_that_changes_nothing(catalogue, code):
    start, rng = start_of(code), random.Random(code)
    questions = start.questionnaire
    for _turn in range(12):
        facts, declined = {}, set()
        while name := (questions.walk(Answers(facts, frozenset(declined)))).next:
            known = questions.facts_of(Answers(facts))
            assert changes_something(start, name, known), (name, known)
            if rng.random() < 0.15:
                declined.add(name)
            else:
                facts[name] = rng.choice(questions.representatives(name))


def test_every_question_of_the_catalogue_can_be_reached(catalogue):
    reached = set()
    for start in starts():
        questions, rng = start.questionnaire, random.Random(start.code)
        for _turn in range(25):
            facts = {}
            while name := questions.walk(Answers(facts)).next:
                reached.add(name)
                facts[name] = rng.choice(questions.representatives(name))
    assert reached == set(catalogue_facts.definitions()) - {SECTION}


def test_every_theme_has_its_beginning(catalogue, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = starts()
    assert {start.theme.code for start in found if start.theme} >= {"industrial-new", "food-plant", "joint-acceptance"}
    assert len({start.code for start in found}) == len(found)
    assert found[-1].code == "other"


def test_every_question_explains_itself():
    for fact in catalogue_facts.definitions().values():
        assert fact.help, fact.name
        assert fact.help_en, fact.name
