"""Objects over S3 into an archive and back, without a repository between: what comes back is what was there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from integration.backups import KEYS, Buckets

from ansible_collections.rollout.posthog.plugins.module_utils.backup import objects
from ansible_collections.rollout.posthog.plugins.module_utils.backup.s3 import connect

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
