"""The zip: unpacked, digests recomputed, compared with manifest and database; nothing breaks it."""

import hashlib
import io
import json
import shutil
import subprocess
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from approvals import services
from approvals.archive.exporting import Export
from approvals.archive.naming import Names, safe, suffix_of
from approvals.models import ArchiveFolder
from files.models import StoredFile
from ledger.selectors import timeline
from tests.approvals.archive.conftest import archived, real_files
from tests.approvals.scene import Scene
from tests.factories.accounts import make_user
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.files import PDF, make_file

pytestmark = pytest.mark.django_db


def unpacked(response: Any) -> zipfile.ZipFile:
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def exported(client: Client, user: object, folder: ArchiveFolder) -> zipfile.ZipFile:
    client.force_login(user)
    return unpacked(client.post(f"/archive/{folder.number}.zip"))


def manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return content


def test_digests_agree_with_manifest_and_database(scene: Scene, folder: ArchiveFolder, client: Client) -> None:
    archive = exported(client, scene.clerk, folder)
    assert archive.testzip() is None
    told = manifest(archive)
    assert told["enterprise"] == {"name": scene.enterprise.name, "credit_code": scene.enterprise.credit_code}
    assert told["left_out"] == []
    assert [one["sha256"] for one in told["files"]] == [item["sha256"] for item in folder.items]
    for entry in told["files"]:
        content = archive.read(entry["path"])
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert len(content) == entry["size"]
        stored = StoredFile.objects.get(pk=entry["source"]["file"])
        assert (stored.sha256, stored.size) == (entry["sha256"], entry["size"])
        assert archive.getinfo(entry["path"]).compress_type == zipfile.ZIP_STORED
    listed = {entry["path"] for entry in told["files"]}
    assert set(archive.namelist()) == listed | {"index.html", "index.css", "manifest.json", "SHA256SUMS"}
    assert timeline(folder.case).filter(act="case.archive_exported").get().actor == scene.clerk


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="coreutils are missing")
def test_sha256sum_is_content(scene: Scene, folder: ArchiveFolder, client: Client, tmp_path: Path) -> None:
    exported(client, scene.clerk, folder).extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": OK") == len(folder.items) + 3


def test_names_are_chinese_and_harmless(scene: Scene, client: Client) -> None:
    case = scene.delivered()
    real_files(case)
    material = case.application.materials.get(code="land-title")
    material.name = "../../用地\u202e证明: a/b"
    material.save()
    file = material.files.get().file
    file.name = "x.p/../df"
    file.save()
    folder = archived(case)
    archive = exported(client, scene.clerk, folder)
    names = archive.namelist()
    assert f"{folder.number} {case.matter.name}/01 申请表.pdf" in names
    assert f"{folder.number} {case.matter.name}/02 .._.._用地证明_ a_b" in names
    for info in archive.infolist():
        assert ".." not in info.filename.split("/")
        assert info.filename.isascii() or info.flag_bits & 0x800


def test_what_is_missing_infected_or_altered_is_told(scene: Scene, client: Client) -> None:
    case = scene.delivered()
    real_files(case)
    folder = archived(case)
    form, land, funding = (StoredFile.objects.get(pk=item["file"]) for item in folder.items[:3])
    form.file.storage.delete(form.file.name)
    StoredFile.objects.filter(pk=land.pk).update(scan_state="infected")
    Path(settings.MEDIA_ROOT, funding.file.name).write_bytes(b"something else")
    archive = exported(client, scene.clerk, folder)
    assert archive.testzip() is None
    told = manifest(archive)
    assert [(one["title"], one["reason"]) for one in told["left_out"]] == [
        ("申请表", "missing"),
        ("用地证明", "infected"),
    ]
    changed = [one for one in told["files"] if one["state"] != "unaltered"]
    assert [(one["title"], one["recorded_sha256"]) for one in changed] == [("资金承诺", funding.sha256)]
    assert changed[0]["sha256"] == hashlib.sha256(b"something else").hexdigest()
    page = archive.read("index.html").decode()
    assert "文件已从存储中丢失" in page
    client.force_login(scene.clerk)
    checked = client.post(f"/archive/{folder.number}/check/").content.decode()
    for words in ("文件已从存储中丢失", "与归档时不一致", "含病毒，已删除"):
        assert words in checked
    entry = timeline(folder.case).get(act="case.archive_checked")
    assert entry.data["places"] == {"missing": [1], "infected": [2], "altered": [3]}
    assert entry.data["counts"]["unaltered"] == 4


def test_the_firm_owner_gets_everything_but_the_departments_own(scene: Scene, client: Client) -> None:
    case = scene.decided()
    real_files(case)
    case.steps.get(code="decide").opinions.first().files.add(make_file(name="内部意见.pdf"))
    folder = archived(services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online"))
    assert "opinion" in {item["kind"] for item in folder.items}
    mine = manifest(exported(client, scene.owner, folder))
    assert "opinion" not in {entry["source"]["kind"] for entry in mine["files"]}
    assert len(mine["files"]) == len(folder.items) - 1
    theirs = manifest(exported(client, scene.clerk, folder))
    assert len(theirs["files"]) == len(folder.items)


def test_the_whole_firm(scene: Scene, client: Client) -> None:
    cases = [scene.delivered(), scene.withdrawn()]
    for case in cases:
        real_files(case)
    folders = [archived(case) for case in cases]
    other = make_enterprise()
    client.force_login(scene.owner)
    asked = client.get(f"/enterprises/{scene.enterprise.pk}/archive.zip")
    assert (asked.status_code, asked["Content-Type"].split(";")[0]) == (200, "text/html")
    response = client.post(f"/enterprises/{scene.enterprise.pk}/archive.zip")
    assert "filename*=utf-8''" in response["Content-Disposition"]
    told = manifest(unpacked(response))
    assert [one["number"] for one in told["folders"]] == [folder.number for folder in folders]
    assert len(told["files"]) == sum(len(folder.items) for folder in folders)
    entry = timeline(scene.enterprise).get(act="enterprise.archive_exported")
    assert (entry.actor, entry.data) == (scene.owner, {"folders": [folder.number for folder in folders]})
    assert client.post(f"/enterprises/{other.pk}/archive.zip").status_code == 404


def test_strangers_and_mere_members_get_nothing(scene: Scene, folder: ArchiveFolder, client: Client) -> None:
    member, stranger = make_user(), make_user()
    make_membership(scene.enterprise, member, role="member")
    make_membership(make_enterprise(), stranger)
    for user in (member, stranger):
        client.force_login(user)
        for address in (f"/archive/{folder.number}.zip", f"/enterprises/{scene.enterprise.pk}/archive.zip"):
            assert client.get(address).status_code == 404
            assert client.post(address).status_code == 404
    client.logout()
    assert client.post(f"/archive/{folder.number}.zip").status_code == 302
    assert not timeline(folder.case).filter(act="case.archive_exported").exists()


def test_memory_stays_the_same(scene: Scene) -> None:
    """Sixteen megabytes go through without ever being held."""
    case = scene.delivered()
    for row in case.materials.all():
        handed_in = row.material.files.get()
        handed_in.file = make_file(name="大图.pdf", content=PDF + b"\n%" + b"x" * (5 * 1024 * 1024))
        handed_in.save(update_fields=["file"])
    folder = archived(case)
    tracemalloc.start()
    longest = total = 0
    for piece in Export(scene.enterprise, [folder.pk], scene.clerk, "zh-hans").stream():
        longest, total = max(longest, len(piece)), total + len(piece)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total > 15 * 1024 * 1024
    assert longest < 600 * 1024
    assert peak < 8 * 1024 * 1024


# Names


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("建设用地规划许可证", "建设用地规划许可证"),
        ("../../etc/passwd", ".._.._etc_passwd".strip(" .")),
        ("..", "文件"),
        ("a\u202eb\x00c", "abc"),
        (" 空  格 . ", "空 格"),
        ('<>:"|?*', "_______"),
        ("长" * 200, "长" * 50),
    ],
)
def test_safe(name: str, made: str) -> None:
    assert safe(name) == made


def test_doubles_are_numbered_whatever_their_case() -> None:
    names = Names()
    made = [names.take("夹", one, ".pdf") for one in ("图A", "图a", "图A")]
    assert made == ["夹/图A.pdf", "夹/图a（2）.pdf", "夹/图A（3）.pdf"]


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.PDF", ".pdf"), ("a", ""), ("a.p/df", ""), ("a.超长", ""), ("a.verylongsuffix", "")]
)
def test_suffix(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix
