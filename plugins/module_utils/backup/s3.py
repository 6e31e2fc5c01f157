# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of S3, and how what it complains of becomes a sentence."""

from __future__ import annotations

import os
import tarfile
import typing as t
from itertools import islice

from ..errors import RolloutError
from .settings import Options

__all__ = ["ClientError", "connect", "delete", "guarded", "is_there", "listed"]
#: What newer clients send beside each object is not understood by every server.
os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError as problem:
    BOTO_ERROR: ImportError | None = problem
    BotoCoreError = ClientError = OSError
else:
    BOTO_ERROR = None

NO_BUCKET = ("404", "NoSuchBucket")
#: S3 deletes so many at a time.
PAGE = 1000
#: How often the client tries again what a server was too busy for.
TRIES = 5


def connect(store: Options) -> t.Any:
    """`store` has name, endpoint, access_key, secret_key, region and ca_path. Raises RolloutError."""
    if BOTO_ERROR:
        raise RolloutError("this Python has no boto3; install python3-boto3")
    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": TRIES, "mode": "standard"})
    try:
        with guarded(store):
            return boto3.client(
                "s3",
                endpoint_url=store["endpoint"],
                aws_access_key_id=store["access_key"],
                aws_secret_access_key=store["secret_key"],
                region_name=store["region"],
                verify=store["ca_path"] or True,
                config=config,
            )
    except ValueError:
        what = f"the endpoint {store['endpoint']} is no address, which begins with http:// or https://"
        raise RolloutError(f"{store['name']}: {what}") from None


def is_there(client: t.Any, bucket: str) -> bool:
    """A key that may list the bucket is enough for this. What the client raises is for `guarded`."""
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as problem:
        if problem.response["Error"]["Code"] in NO_BUCKET:
            return False
        raise
    return True


def listed(client: t.Any, bucket: str, prefix: str = "") -> t.Iterator[str]:
    """All keys that begin so, in their order. What the client raises is for `guarded`."""
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from (entry["Key"] for entry in page.get("Contents", []))


def delete(client: t.Any, bucket: str, keys: t.Iterable[str]) -> None:
    """Raises RolloutError where one stays. What the client raises is for `guarded`."""
    rest = iter(keys)
    while page := [{"Key": key} for key in islice(rest, PAGE)]:
        answer = client.delete_objects(Bucket=bucket, Delete={"Objects": page, "Quiet": True})
        for problem in answer.get("Errors", []):
            why = problem.get("Message", problem["Code"])
            raise RolloutError(f"{bucket}/{problem['Key']} cannot be deleted: {why}")


class guarded:
    """What the client and the archive complain of, as a sentence."""

    def __init__(self, store: Options) -> None:
        self.store = store

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: t.Any, problem: t.Any, _trace: t.Any) -> None:
        if isinstance(problem, (BotoCoreError, ClientError, tarfile.TarError)):
            raise RolloutError(f"{self.store['name']}: {problem}") from None
