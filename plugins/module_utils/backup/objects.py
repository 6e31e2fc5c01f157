# SPDX-License-Identifier: GPL-3.0-or-later
"""Buckets over S3, as one archive for each store: read object by object, and never on this host's disk."""

from __future__ import annotations

import json
import os
import tarfile
import typing as t
from functools import partial

from ..errors import RolloutError
from ..files import read
from . import tape
from .manifest import Counts, Entry
from .part import Giver, Keeper
from .place import address_of, container_of
from .s3 import ClientError, connect, delete, guarded, is_there, listed
from .settings import Options, Settings
from .stream import made_by

#: What S3 keeps beside an object, and where the archive keeps it. An archive may be of before some of them were known.
SAID = {
    "ContentType": "ROLLOUT.content-type",
    "ContentEncoding": "ROLLOUT.content-encoding",
    "ContentDisposition": "ROLLOUT.content-disposition",
    "ContentLanguage": "ROLLOUT.content-language",
    "CacheControl": "ROLLOUT.cache-control",
    "Expires": "ROLLOUT.expires",
}
META = "ROLLOUT.meta."
#: The key of an object whose name in the archive loses its last slashes: tarfile takes them for those of a folder.
KEY = "ROLLOUT.key"
SECRETS = "secrets.json"
GONE = ("NoSuchKey", "404")
FIRST_REGION = "us-east-1"


class Objects:
    name = "objects"

    def __init__(self, settings: Settings, project: str = "") -> None:
        self.stores, self.project = settings.objects, project or settings.stack["project"]
        self.home, self.repository = settings.stack["home"], settings.repository["url"]

    def save(self, keeper: Keeper) -> Entry:
        counts: dict[str, tuple[int, int]] = {}
        pieces = []
        for store in self.stores:
            client = self.client(store)
            found: dict[str, int] = {}
            pieces.append(
                keeper.keep(
                    f"objects/{store['name']}.tar",
                    made_by(partial(archive, client, self.without_repository(store, client), found=found)),
                )
            )
            counts.update({f"{store['name']}/{bucket}": (number, number) for bucket, number in found.items()})
        return Entry(tuple(pieces), counts, {})

    def restore(self, entry: Entry, giver: Giver) -> None:
        by_name = {piece.name: piece for piece in entry.pieces}
        for store in self.stores:
            piece = by_name.get(f"objects/{store['name']}.tar")
            if piece is None:
                raise RolloutError(f"the backup has no object store {store['name']}; it has {', '.join(by_name)}")
            client = self.client(store)
            ours = self.without_repository(store, client)
            with guarded(store):
                # An archive says nothing of buckets without objects.
                for name in entry.counts:
                    owner, _slash, bucket = name.partition("/")
                    if owner == store["name"]:
                        ensure_bucket(client, bucket)
                        # What came since belongs to rows that are no more. Buckets that came since are somebody's.
                        delete(client, bucket, keys(client, ours, bucket))
            with giver.give(piece) as source:
                put_back(client, source)

    def occupied(self) -> str:
        # A new store has none of its buckets.
        found = [bucket for bucket, (number, _most) in self.counted(there).items() if number]
        return f"there are objects in {', '.join(found)}" if found else ""

    def counts(self) -> Counts:
        return self.counted(buckets)

    def counted(self, of: t.Callable[[t.Any, Options], list[str]]) -> Counts:
        found: dict[str, tuple[int, int]] = {}
        for store in self.stores:
            client = self.client(store)
            ours = self.without_repository(store, client)
            for bucket in of(client, store):
                number = sum(1 for _key in keys(client, ours, bucket))
                found[f"{store['name']}/{bucket}"] = (number, number)
        return found

    def without_repository(self, store: Options, client: t.Any) -> Options:
        """A repository in the same server is left out: it would hold itself, and be twice as large every night."""
        server, bucket, prefix = place_in_s3(self.repository)
        return {**store, "repository": f"{bucket}/{prefix}" if server == host_of(client.meta.endpoint_url) else ""}

    def client(self, store: Options) -> t.Any:
        """Raises RolloutError."""
        endpoint = store["endpoint"]
        if not endpoint:
            endpoint = f"http://{address_of(container_of(self.project, store['service']))}:{store['port']}"
        secret = store["secret_key"] or secret_of(store["name"], self.home, store["secret_name"])
        return connect({**store, "endpoint": endpoint, "secret_key": secret})


def secret_of(store: str, home: str, name: str) -> str:
    """One of those that the role `stack` has made. Raises RolloutError."""
    path = os.path.join(home, SECRETS)
    try:
        kept = json.loads(read(path) or b"{}")
    except ValueError:
        kept = None
    if not isinstance(kept, dict):
        # What json says of it might quote a secret.
        remedy = "put it back by restore.yml with backup_restore_parts: [secrets], or set secret_key of this store"
        raise RolloutError(f"{store}: {path} is damaged; {remedy}")
    if name not in kept:
        raise RolloutError(f"{store}: {path} has no {name}")
    return str(kept[name])


def archive(client: t.Any, store: Options, sink: t.BinaryIO, found: dict[str, int]) -> None:
    """Every object, in the order of its name, so that what is unchanged is where it was. Raises RolloutError."""
    with guarded(store), tape.written(sink) as tar:
        for bucket in buckets(client, store):
            found[bucket] = 0
            for key in keys(client, store, bucket):
                found[bucket] += add(client, tar, bucket, key)


def add(client: t.Any, tar: tarfile.TarFile, bucket: str, key: str) -> bool:
    """Whether it was still there."""
    try:
        answer = client.get_object(Bucket=bucket, Key=key)
    except ClientError as problem:
        if problem.response["Error"]["Code"] in GONE:
            return False
        raise
    entry = tarfile.TarInfo(f"{bucket}/{key}")
    entry.size, entry.mtime = answer["ContentLength"], int(answer["LastModified"].timestamp())
    entry.pax_headers = {**({KEY: key} if key.endswith("/") else {}), **told(answer)}
    with answer["Body"] as body:
        tape.add(tar, entry, body)
    return True


def told(answer: t.Mapping[str, t.Any]) -> dict[str, str]:
    """What S3 says of an object, as the archive keeps it."""
    said = {SAID[name]: answer[name] for name in SAID if answer.get(name)}
    if expires := answer.get("Expires"):
        said[SAID["Expires"]] = expires.isoformat()
    return {**{f"{META}{name}": value for name, value in answer["Metadata"].items()}, **said}


def to_tell(headers: t.Mapping[str, str]) -> dict[str, t.Any]:
    """What S3 is to say of an object again."""
    said = {name: headers[kept] for name, kept in SAID.items() if headers.get(kept)}
    return {**said, "Metadata": {name[len(META) :]: headers[name] for name in headers if name.startswith(META)}}


def put_back(client: t.Any, source: t.BinaryIO) -> None:
    """Raises RolloutError."""
    with guarded({"name": "the object store"}):
        for entry, body in tape.read(source):
            bucket, _slash, key = entry.name.partition("/")
            key = entry.pax_headers.get(KEY, key)
            client.upload_fileobj(body, bucket, key, ExtraArgs=to_tell(entry.pax_headers))


def ensure_bucket(client: t.Any, bucket: str) -> None:
    if is_there(client, bucket):
        return
    region = client.meta.region_name
    # S3 wants the region to be named, but for this one, which it refuses.
    place = {} if region == FIRST_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=bucket, **place)


def buckets(client: t.Any, store: Options) -> list[str]:
    """Those that are wanted, else all. Raises RolloutError where one is not there."""
    found = there(client, store)
    if missing := [name for name in store["buckets"] if name not in found]:
        raise RolloutError(f"{store['name']} has no bucket {', '.join(missing)}")
    return found


def there(client: t.Any, store: Options) -> list[str]:
    """Those of the wanted that are there, else all. Raises RolloutError."""
    with guarded(store):
        if not store["buckets"]:
            return sorted(entry["Name"] for entry in client.list_buckets()["Buckets"])
        # Whoever names them may have a key that cannot list all.
        return [name for name in sorted(set(store["buckets"])) if is_there(client, name)]


def keys(client: t.Any, store: Options, bucket: str) -> t.Iterator[str]:
    with guarded(store):
        for key in listed(client, bucket):
            own = store["repository"] and f"{bucket}/{key}".startswith(store["repository"])
            if not own and not key.startswith(tuple(store["left_out"])):
                yield key


def host_of(url: str) -> str:
    return url.rpartition("//")[2].partition("/")[0]


def place_in_s3(url: str) -> tuple[str, str, str]:
    """The server, the bucket and what all keys begin with, of restic's address of a repository; else nothing."""
    if not url.startswith("s3:"):
        return "", "", ""
    server, _slash, path = url[len("s3:") :].rpartition("//")[2].partition("/")
    bucket, _slash, prefix = path.strip("/").partition("/")
    return server, bucket, f"{prefix}/" if prefix else ""
