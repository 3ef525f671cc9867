"""The catalogue's files become versions in the database; nothing published is ever edited."""

import shutil
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from accounts.actors import Actor
from accounts.models import Department
from approvals.catalogue.errors import CatalogueError
from approvals.catalogue.loader import DEFAULT_FOLDERS, Folders, read_catalogue
from approvals.catalogue.model import matter_from_content
from approvals.models import Matter, MatterVersion, Origin, Theme
from approvals.services import catalogue
from approvals.services.catalogue import digest_of, load_catalogue, publish_theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A copy of the real files with three matters."""
    place = tmp_path / "catalogue"
    place.mkdir()
    for path in [*DEFAULT_FOLDERS.catalogue.glob("*.yaml"), DEFAULT_FOLDERS.catalogue / "schema.json"]:
        shutil.copy(path, place)
    shutil.copytree(DEFAULT_FOLDERS.catalogue / "matters", place / "matters")
    return Folders(catalogue=place)


def change(folders: Folders, code: str, old: str, new: str) -> None:
    (path,) = (folders.catalogue / "matters").glob(f"{code.lower()}*.yaml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_matter_is_published_with_its_departments(folders: Folders) -> None:
    result = load_catalogue(folders=folders)
    entries = read_catalogue(folders).matters
    assert (result.matters, result.versions, result.retired) == (len(entries), len(entries), 0)
    assert list(Matter.objects.values_list("code", flat=True)) == [entry.code for entry in entries]
    for matter in Matter.objects.select_related("current", "department", "window"):
        assert matter.current is not None
        assert matter.department.code == matter.current.content["department"]
        assert matter.window.code == matter.current.content["window"]
    first = MatterVersion.objects.select_related("matter").get(matter__code=entries[0].code)
    assert matter_from_content(first.content) == entries[0]


def test_loading_the_same_files_again_changes_nothing(folders: Folders) -> None:
    load_catalogue(folders=folders)
    before = list(MatterVersion.objects.order_by("id").values_list("id", "digest"))
    again = load_catalogue(folders=folders)
    assert (again.matters, again.versions, again.retired) == (0, 0, 0)
    assert list(MatterVersion.objects.order_by("id").values_list("id", "digest")) == before


def test_a_changed_file_makes_a_second_version_and_keeps_the_first(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_catalogue(folders=folders)
    old = MatterVersion.objects.get(matter__code="LX01")
    change(folders, "LX01", "name_en: ", "name_en: New ")
    result = load_catalogue(folders=folders)
    assert (result.matters, result.versions) == (0, 1)
    matter = Matter.objects.select_related("current").get(code="LX01")
    assert matter.current is not None
    assert (matter.current.number, matter.name_en[:4]) == (2, "New ")
    old.refresh_from_db()
    assert not old.content["name_en"].startswith("New ")
    change(folders, "LX01", "name_en: New ", "name_en: ")
    back = load_catalogue(folders=folders)
    matter.refresh_from_db()
    assert (back.versions, matter.current_id) == (0, old.pk)


def test_a_matter_whose_file_is_gone_is_no_longer_offered_but_stays(folders: Folders) -> None:
    load_catalogue(folders=folders)
    count = Matter.objects.count()
    real = read_catalogue(folders)
    catalogue.load_catalogue(folders=folders)
    code = real.matters[-1].code
    Matter.objects.filter(code=code).update(code="OLD1")
    result = load_catalogue(folders=folders)
    assert result.retired == 1
    assert not Matter.objects.get(code="OLD1").is_active
    assert Matter.objects.count() == count + 1


def test_a_file_added_in_the_middle_moves_the_others(folders: Folders) -> None:
    load_catalogue(folders=folders)
    place = folders.catalogue / "matters"
    text = next(place.glob("lx01-*.yaml")).read_text(encoding="utf-8")
    (place / "lx50-copy.yaml").write_text(text.replace("code: LX01", "code: LX50", 1), encoding="utf-8")
    result = load_catalogue(folders=folders)
    assert (result.matters, result.versions) == (1, 1)
    codes = [entry.code for entry in read_catalogue(folders).matters]
    assert codes.index("LX50") < len(codes) - 1
    assert list(Matter.objects.values_list("code", flat=True)) == codes
    # No two stand on one place, so that the order does not hang on the numbers of rows.
    assert list(Matter.objects.values_list("position", flat=True)) == list(range(len(codes)))


def test_a_theme_whose_row_is_gone_is_no_longer_offered_until_it_comes_back(folders: Folders) -> None:
    load_catalogue(folders=folders)
    hall = folders.catalogue / "hall.yaml"
    text = hall.read_text(encoding="utf-8")
    rows = yaml.safe_load(text)
    *rest, last = rows["themes"]
    hall.write_text(yaml.safe_dump({**rows, "themes": rest}, allow_unicode=True), encoding="utf-8")
    load_catalogue(folders=folders)
    theme = Theme.objects.get(code=last["code"])
    assert (theme.is_active, theme.versions.count()) == (False, 1)
    assert Theme.objects.filter(is_active=True).count() == len(rest)
    hall.write_text(text, encoding="utf-8")
    load_catalogue(folders=folders)
    theme.refresh_from_db()
    assert (theme.is_active, theme.versions.count()) == (True, 1)


def test_a_theme_made_in_the_hall_stays(folders: Folders) -> None:
    load_catalogue(folders=folders)
    entry = replace(read_catalogue(folders).themes[0], code="own-theme")
    publish_theme(actor=Actor.system(), entry=entry, origin=Origin.SCREEN)
    load_catalogue(folders=folders)
    assert Theme.objects.get(code="own-theme").is_active


def test_a_wrong_file_changes_nothing_at_all(folders: Folders) -> None:
    change(folders, "LX01", "steps:", "stepz:")
    with pytest.raises(CatalogueError):
        load_catalogue(folders=folders)
    assert not Matter.objects.exists()
    assert not Department.objects.exists()


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": [{"c": 2, "d": 3}]}) == digest_of({"b": [{"d": 3, "c": 2}], "a": 1})
    assert digest_of({"a": [1, 2]}) != digest_of({"a": [2, 1]})


def test_the_command_says_what_it_did_and_fails_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    count = Matter.objects.count()
    assert f"matters added {count}, versions published {count}" in out.getvalue()

    def broken() -> None:
        raise CatalogueError("lx01.yaml", "steps", "is wrong")

    monkeypatch.setattr("approvals.management.commands.load_catalogue.load_catalogue", broken)
    with pytest.raises(CommandError, match="lx01"):
        call_command("load_catalogue")
