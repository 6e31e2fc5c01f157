"""Objects over S3 into an archive and back, without a repository between: what comes back is what was there."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from integration.backups import KEYS, Buckets

from ansible_collections.rollout.posthog.plugins.module_utils.backup import objects
from ansible_collections.rollout.posthog.plugins.module_utils.backup.bucket import Bucket
from ansible_collections.rollout.posthog.plugins.module_utils.backup.s3 import connect
from ansible_collections.rollout.posthog.plugins.module_utils.backup.settings import Settings
from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError

STACK = {"project": "", "home": "/nowhere"}
STORE: dict[str, Any] = {"name": "store", "buckets": [], "left_out": [], "repository": "", "ca_path": "", **KEYS}


@pytest.fixture
def buckets() -> Iterator[Buckets]:
    found = Buckets()
    yield found
    found.empty()
    found.stop()


def client_of(buckets: Buckets, region: str = "us-east-1") -> Any:
    return connect({**STORE, "endpoint": buckets.url, "region": region})


def kept(buckets: Buckets) -> bytes:
    """The archive of all that is there."""
    sink = io.BytesIO()
    objects.archive(client_of(buckets), STORE, sink, {})
    return sink.getvalue()


def there_and_back(buckets: Buckets) -> None:
    archive, names = kept(buckets), [entry["Name"] for entry in buckets.client.list_buckets()["Buckets"]]
    buckets.empty()
    for name in names:
        objects.ensure_bucket(client_of(buckets), name)
    objects.put_back(client_of(buckets), io.BytesIO(archive))


def test_what_a_browser_is_told_of_an_object_comes_back(buckets: Buckets) -> None:
    said = {
        "ContentEncoding": "gzip",
        "CacheControl": "max-age=3",
        "ContentDisposition": 'attachment; filename="a=1"',
        "ContentLanguage": "de",
        "ContentType": "application/json",
        "Expires": datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC),
    }
    buckets.put("posthog", "said", b"\x1f\x8b1234", **said)
    buckets.put("posthog", "silent", b"1")
    there_and_back(buckets)
    answer = buckets.client.get_object(Bucket="posthog", Key="said")
    assert {name: answer[name] for name in said} == said
    answer = buckets.client.get_object(Bucket="posthog", Key="silent")
    assert not [name for name in said if name != "ContentType" and answer.get(name)]


ODD = (
    "folder/",
    "folder",
    "dé/",
    "dé",
    "x" * 120 + "/",
    "x" * 120,
    "ö//",
    "/",
    "//",
    "/" * 200,
    "a//b",
    "/abs",
    "..",
    "./x",
)


def test_every_key_comes_back(buckets: Buckets) -> None:
    """Its name in an archive loses the slashes of its end, where it is long or has other letters than ASCII."""
    for key in ODD:
        buckets.put("posthog", key, key.encode())
    before = buckets.all()
    there_and_back(buckets)
    assert buckets.all() == before
    assert len(before) == len(ODD) + 1


def test_an_archive_of_before_keys_were_kept_is_read(buckets: Buckets) -> None:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for key in ("dé", "folder/"):
            entry = tarfile.TarInfo(f"posthog/{key}")
            entry.size = 1
            entry.pax_headers = {"ROLLOUT.content-type": "text/plain", "ROLLOUT.meta.team": "1"}
            tar.addfile(entry, io.BytesIO(b"1"))
    buckets.client.create_bucket(Bucket="posthog")
    objects.put_back(client_of(buckets), io.BytesIO(sink.getvalue()))
    found = (b"1", "text/plain", {"team": "1"})
    assert buckets.all() == {"posthog/": (b"", "", {}), "posthog/dé": found, "posthog/folder/": found}


def test_no_archive_remembers_what_went_through_it(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    """tarfile keeps all it has seen, for which a stream has no use."""
    remembered: list[int] = []
    close = tarfile.TarFile.close

    def closed(tar: tarfile.TarFile) -> None:
        remembered.append(len(tar.members))  # type: ignore[attr-defined]
        close(tar)

    monkeypatch.setattr(tarfile.TarFile, "close", closed)
    for number in range(9):
        buckets.put("posthog", f"rollout-1/{number}", b"1")
    there_and_back(buckets)
    bucket = Bucket({**STORE, "endpoint": buckets.url, "region": "us-east-1", "bucket": "posthog"})
    sink = io.BytesIO()
    bucket.archive("rollout-1", sink)
    bucket.write(io.BytesIO(sink.getvalue()))
    assert (len(remembered), max(remembered)) == (4, 0)


def test_a_store_in_another_region_gets_its_buckets(buckets: Buckets) -> None:
    """S3 makes a bucket in a region but the first only where it is named."""
    client = client_of(buckets, "eu-central-1")
    for _again in range(2):
        objects.ensure_bucket(client, "posthog")
    assert client.get_bucket_location(Bucket="posthog")["LocationConstraint"] == "eu-central-1"


def test_buckets_that_are_named_are_not_looked_for_among_all(buckets: Buckets) -> None:
    """A key may well not be allowed to list all."""
    buckets.put("posthog", "one", b"1")
    buckets.put("another", "one", b"1")
    client = client_of(buckets)
    client.meta.events.register("before-call.s3.ListBuckets", refuse)
    assert objects.buckets(client, {**STORE, "buckets": ["posthog"]}) == ["posthog"]
    objects.ensure_bucket(client, "posthog")
    with pytest.raises(RolloutError, match="store has no bucket nope, neither"):
        objects.buckets(client, {**STORE, "buckets": ["posthog", "nope", "neither"]})


def refuse(**_call: Any) -> None:
    raise AssertionError("all buckets were listed")


@pytest.mark.parametrize("endpoint", ["127.0.0.1:1", "store.example.com", "http://"])
def test_an_endpoint_that_is_no_address_is_said(endpoint: str) -> None:
    with pytest.raises(RolloutError, match=r"store: the endpoint .* http://"):
        connect({**STORE, "endpoint": endpoint, "region": "us-east-1"})
    with pytest.raises(RolloutError, match=r"the bucket b: the endpoint .* http://"):
        Bucket({**STORE, "endpoint": endpoint, "region": "us-east-1", "bucket": "b"})


@pytest.mark.parametrize("content", [b'{"posthog_se', b"[]", b"\xff"])
def test_secrets_that_are_damaged_are_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secrets.json").write_bytes(content)
    with pytest.raises(RolloutError, match=r"store: .*secrets.json is damaged; .*restore"):
        objects.secret_of("store", str(tmp_path), "seaweedfs")
    (tmp_path / "secrets.json").write_bytes(b"{}")
    with pytest.raises(RolloutError, match=r"store: .*secrets.json has no seaweedfs"):
        objects.secret_of("store", str(tmp_path), "seaweedfs")


def test_a_new_store_is_free_though_buckets_are_named(buckets: Buckets) -> None:
    """What is to be put back into it has made none of them yet; a backup of it is another matter."""
    store = {**STORE, "endpoint": buckets.url, "region": "us-east-1", "buckets": ["posthog"]}
    part = objects.Objects(
        cast(Settings, SimpleNamespace(objects=[store], stack=STACK, repository={"url": "/nowhere"}))
    )
    assert part.occupied() == ""
    with pytest.raises(RolloutError, match="store has no bucket posthog"):
        part.counts()
    buckets.put("posthog", "one", b"1")
    assert part.occupied() == "there are objects in store/posthog"
