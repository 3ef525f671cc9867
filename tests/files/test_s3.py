"""The same services and pages on a store that speaks S3: moto's server on loopback."""

import socket
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import environ
import pytest
from django.core.files.storage import default_storage, storages
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings
from s3transfer.exceptions import RetriesExceededError

from common.errors import InvalidInput
from files import previewing, tasks
from files.models import Preview, StoredFile
from files.storing import ContentMissing, open_content
from portal.sample.scan import scan_pdf
from portal.settings.storage import LOCAL
from portal.settings.storage import default_storage as store_from
from tests.clients import signed_in
from tests.factories.accounts import make_user
from tests.factories.files import make_file, make_picture
from tests.files.daemon import EICAR, FakeClamd

pytestmark = pytest.mark.django_db

PNG = make_picture()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a running store."""
    one = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    one.start()
    host, port = one.get_host_and_port()
    yield f"http://{host}:{port}"
    one.stop()


def variables(url: str, bucket: str) -> dict[str, str]:
    return {
        "S3_BUCKET": bucket,
        "S3_ENDPOINT_URL": url,
        "S3_REGION": "cn-north-1",
        "S3_ACCESS_KEY": "key",
        "S3_SECRET_KEY": "secret",
    }


def use(settings: Settings, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    """Configure the hall as the environment would."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = {**settings.STORAGES, "default": store_from(environ.Env())}


@pytest.fixture
def bucket(server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket that the hall keeps its files in."""
    name = f"hall-{uuid4().hex[:8]}"
    options = {"endpoint_url": server, "region_name": "cn-north-1"}
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    resource = boto3.resource("s3", **options, **keys)
    made = resource.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
    use(settings, monkeypatch, variables(server, name))
    yield made
    # The clients keep connections open that nobody would close.
    resource.meta.client.close()
    storages["default"].connection.meta.client.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_without_a_bucket_files_lie_in_the_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("S3_BUCKET", raising=False)
    assert store_from(environ.Env()) == LOCAL
    assert store_from(environ.Env()) == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def test_an_upload_lies_in_the_bucket_under_its_id_and_comes_back_through_the_guarded_address(bucket: Any) -> None:
    user = make_user()
    stored = make_file(user, "用地批复.pdf", scan_pdf())
    assert [one.key for one in bucket.objects.all()] == [f"{stored.id.hex[-2:]}/{stored.id.hex}"]
    answer = signed_in(user).get(stored.get_absolute_url())
    assert b"".join(answer.streaming_content) == scan_pdf()
    assert answer["Content-Length"] == str(len(scan_pdf()))
    assert answer["Content-Disposition"].endswith("%E7%94%A8%E5%9C%B0%E6%89%B9%E5%A4%8D.pdf")
    assert signed_in(make_user()).get(stored.get_absolute_url()).status_code == 404


def test_objects_are_private_and_requests_signed_with_version_4(bucket: Any) -> None:
    stored = make_file(name="a.png", content=PNG)
    grants = bucket.Object(stored.file.name).Acl().grants
    assert [(one["Grantee"]["Type"], one["Permission"]) for one in grants] == [("CanonicalUser", "FULL_CONTROL")]
    signed = default_storage.url(stored.file.name)
    assert "X-Amz-Signature=" in signed
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in signed


def test_a_large_file_comes_back_whole(bucket: Any) -> None:
    user = make_user()
    content = make_picture((2400, 2400), "PNG") + b"\0" * 9_000_000
    stored = make_file(user, "a.png", content)
    assert b"".join(signed_in(user).get(stored.get_absolute_url()).streaming_content) == content


def test_previews_are_made_from_the_bucket_and_kept_in_it(bucket: Any) -> None:
    user = make_user()
    stored = make_file(user, "a.pdf", scan_pdf())
    assert previewing.make_previews(stored.pk) is True
    assert len(list(bucket.objects.all())) == 3
    for address in ("thumbnail/", "preview/1/"):
        answer = signed_in(user).get(f"{stored.get_absolute_url()}{address}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert b"".join(answer.streaming_content)[8:12] == b"WEBP"


def test_a_virus_is_found_in_the_bucket_and_deleted_from_it(bucket: Any, clamd: FakeClamd) -> None:
    stored = make_file(content=scan_pdf() + EICAR)
    tasks.sweep()
    assert StoredFile.objects.get(pk=stored.pk).scan_state == "infected"
    assert list(bucket.objects.all()) == []


def test_an_object_that_is_missing_is_a_clear_page(bucket: Any) -> None:
    user = make_user()
    stored = make_file(user, "a.pdf", scan_pdf())
    previewing.make_previews(stored.pk)
    bucket.objects.all().delete()
    with pytest.raises(ContentMissing):
        open_content(stored.file)
    answer = signed_in(user).get(stored.get_absolute_url())
    assert (answer.status_code, "文件内容缺失" in answer.content.decode()) == (404, True)
    assert signed_in(user).get(f"{stored.get_absolute_url()}thumbnail/").status_code == 404


@pytest.fixture
def down(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store's address, at which nobody listens."""
    use(settings, monkeypatch, variables(f"http://127.0.0.1:{free_port()}", "hall"))


def test_a_store_that_is_down_refuses_an_upload_in_words_and_keeps_no_row(down: None) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_file()
    assert "文件库暂时无法连接" in str(refused.value)
    assert not StoredFile.objects.exists()


def test_a_store_that_is_down_answers_downloads_with_503_and_loses_nothing(
    server: str, bucket: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch, clamd: FakeClamd
) -> None:
    user = make_user()
    settings.CLAMD_URL = ""
    stored = make_file(user, "a.png", PNG)
    settings.CLAMD_URL = clamd.url
    waiting = make_file(user, "b.png", PNG)
    use(settings, monkeypatch, variables(f"http://127.0.0.1:{free_port()}", bucket.name))
    answer = signed_in(user).get(stored.get_absolute_url())
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "文件库暂时无法连接" in answer.content.decode()
    tasks.sweep()
    assert StoredFile.objects.get(pk=waiting.pk).scan_state == "waiting"
    assert Preview.objects.count() == 0
    storages["default"].connection.meta.client.close()
    use(settings, monkeypatch, variables(server, bucket.name))
    tasks.sweep()
    assert set(StoredFile.objects.values_list("preview_state", "scan_state")) == {("ready", "clean")}


def test_a_transfer_that_breaks_again_and_again_is_a_store_that_is_down(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user()
    stored = make_file(user, "a.png", PNG)

    def break_off(*_: Any, **__: Any) -> None:
        raise RetriesExceededError(OSError("broken"))

    monkeypatch.setattr("storages.backends.s3.S3File.read", break_off)
    assert signed_in(user).get(stored.get_absolute_url()).status_code == 503


def test_a_bucket_that_is_not_there_is_the_same_to_people(
    server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(settings, monkeypatch, variables(server, "no-such-bucket"))
    with pytest.raises(InvalidInput):
        make_file()
    storages["default"].connection.meta.client.close()
