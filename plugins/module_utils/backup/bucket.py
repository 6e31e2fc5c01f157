# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a ClickHouse that is elsewhere makes its backups: a bucket that is for this alone.

A backup goes on as an archive like that of a folder, so that either can be put back as the other.
"""

from __future__ import annotations

import tarfile
import typing as t

from . import tape
from .s3 import connect, delete, guarded, listed
from .settings import Options
from .stream import made_by

#: The list of a backup's contents.
CONTENTS = ".backup"


class Bucket:
    #: What RESTORE needs besides: the list of contents says where the whole one is, and has no secret.
    SETTINGS = " SETTINGS use_same_s3_credentials_for_base_backup = 1"

    def __init__(self, options: Options) -> None:
        """Raises RolloutError."""
        self.options = {**options, "name": f"the bucket {options['bucket']}"}
        self.bucket, self.client = options["bucket"], connect(self.options)

    def target(self, name: str) -> str:
        """In ClickHouse's words, with the secret."""
        keys = (self.options["access_key"], self.options["secret_key"])
        return f"S3({', '.join(map(literal, (self.url(name), *keys)))})"

    def base(self, name: str) -> str:
        """Without the secret, which would be kept in the list of contents."""
        return f"S3({literal(self.url(name))}), use_same_s3_credentials_for_base_backup = 1"

    def url(self, name: str) -> str:
        server = str(self.options["seen_as"] or self.options["endpoint"])
        return f"{server.rstrip('/')}/{self.bucket}/{name}"

    def there(self) -> list[str]:
        """Raises RolloutError."""
        return sorted({key.partition("/")[0] for key in self.keys("rollout-")})

    def read(self, name: str) -> t.ContextManager[t.BinaryIO]:
        return made_by(lambda sink: self.archive(name, sink))

    def archive(self, name: str, sink: t.BinaryIO) -> None:
        """Raises RolloutError."""
        with guarded(self.options), tape.written(sink) as tar:
            for key in self.keys(f"{name}/"):
                answer = self.client.get_object(Bucket=self.bucket, Key=key)
                entry = tarfile.TarInfo(key)
                entry.size = answer["ContentLength"]
                with answer["Body"] as body:
                    tape.add(tar, entry, body)

    def write(self, source: t.BinaryIO) -> None:
        """Raises RolloutError."""
        with guarded(self.options):
            for entry, body in tape.read(source):
                self.client.upload_fileobj(body, self.bucket, entry.name)

    def remove(self, *names: str) -> None:
        for name in names:
            self.delete([*self.keys(f"{name}/")])

    def shrink(self, name: str) -> None:
        """Only the list of its contents stays, which is all that the next BACKUP reads of it."""
        self.delete([key for key in self.keys(f"{name}/") if key != f"{name}/{CONTENTS}"])

    def keys(self, prefix: str) -> t.Iterator[str]:
        with guarded(self.options):
            yield from listed(self.client, self.bucket, prefix)

    def delete(self, keys: t.Sequence[str]) -> None:
        """Raises RolloutError."""
        with guarded(self.options):
            delete(self.client, self.bucket, keys)


def literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
