"""A PostHog to back up, in small: real PostgreSQL, objects over S3, secrets; and the program of the role backup."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from support.places import Place
from support.postgres import Postgres
from support.task import run_module

PASSWORD = "repo-s3cret-repo"
KEYS = {"access_key": "object_storage_root_user", "secret_key": "s3-s3cret-s3"}


class Buckets:
    """An S3 server on a port of its own."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self.server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self.server.start()
        self.url = "http://{}:{}".format(*self.server.get_host_and_port())
        self.client = boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=KEYS["access_key"],
            aws_secret_access_key=KEYS["secret_key"],
            region_name="us-east-1",
        )

    def stop(self) -> None:
        self.server.stop()

    def put(self, bucket: str, key: str, body: bytes, **more: Any) -> None:
        if bucket not in [entry["Name"] for entry in self.client.list_buckets()["Buckets"]]:
            self.client.create_bucket(Bucket=bucket)
        self.client.put_object(Bucket=bucket, Key=key, Body=body, **more)

    def all(self) -> dict[str, tuple[bytes, str, dict[str, str]]]:
        """bucket/key -> body, type and metadata; a bucket without objects has a row of its own."""
        found: dict[str, tuple[bytes, str, dict[str, str]]] = {}
        for bucket in (entry["Name"] for entry in self.client.list_buckets()["Buckets"]):
            found[f"{bucket}/"] = (b"", "", {})
            for entry in self.client.list_objects_v2(Bucket=bucket).get("Contents", []):
                answer = self.client.get_object(Bucket=bucket, Key=entry["Key"])
                found[f"{bucket}/{entry['Key']}"] = (answer["Body"].read(), answer["ContentType"], answer["Metadata"])
        return found

    def empty(self) -> None:
        for bucket in (entry["Name"] for entry in self.client.list_buckets()["Buckets"]):
            for entry in self.client.list_objects_v2(Bucket=bucket).get("Contents", []):
                self.client.delete_object(Bucket=bucket, Key=entry["Key"])
            self.client.delete_bucket(Bucket=bucket)


class Host:
    """Where the program is, as on a host, and what it backs up."""

    def __init__(self, place: Path, postgres: Postgres, buckets: Buckets | None = None) -> None:
        self.place, self.postgres, self.stores = place, postgres, buckets
        self.home = place / "home"
        self.repository = place / "repository"
        self.status_path = place / "var" / "backup.json"
        self.home.mkdir()
        (self.home / "secrets.json").write_text('{"posthog_secret": "stack-s3cret"}\n')
        self.path: list[str] = []
        self.at = Place(str(self.repository))

    @property
    def buckets(self) -> Buckets:
        assert self.stores, "this host has no objects"
        return self.stores

    @property
    def object_store(self) -> dict[str, str]:
        """As an option of the module."""
        return {"name": "store", "endpoint": self.buckets.url, **KEYS}

    def install(self, **options: Any) -> None:
        """By the module, in this process."""
        common = {
            "repository": {"url": str(self.repository), "password": PASSWORD, "cache": str(self.place / "cache")},
            "stack": {"project": "", "home": str(self.home)},
            "postgres": self.postgres.options,
            "clickhouse": {"databases": []},
            "objects": [self.object_store] if self.stores else [],
            "files": ["secrets.json"],
            "status_path": str(self.status_path),
            "path": str(self.place / "backup.pyz"),
            "settings_path": str(self.place / "etc" / "backup.json"),
        }
        answer, text = run_module("backup_program", {**common, **options})
        assert "files" in answer, text

    def keep_at(self, place: Place, **options: Any) -> None:
        """Installed, with the repository at another place."""
        self.at = place
        common = {"password": PASSWORD, "cache": str(self.place / "cache")}
        self.install(repository={**place.options_of_module, **common}, **options)

    def command(self, *words: str) -> list[str]:
        return [
            sys.executable,
            str(self.place / "backup.pyz"),
            "--settings",
            str(self.place / "etc/backup.json"),
            *words,
        ]

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": ":".join([*self.path, os.environ["PATH"]]), "HOME": str(self.place)}

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            cwd="/",
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def well(self, *words: str, given: str = "") -> str:
        """What it prints; it has to end well."""
        done = self.run(*words, given=given)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.status_path.read_text()))

    def restic(self, *words: str, check: bool = True) -> str:
        """By hand."""
        done = subprocess.run(
            ["restic", *(word for option in self.at.options for word in ("-o", option)), "--no-cache", *words],
            env={
                **self.environment,
                **self.at.environment,
                "RESTIC_REPOSITORY": self.at.url,
                "RESTIC_PASSWORD": PASSWORD,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def snapshots(self) -> list[dict[str, Any]]:
        """Of runs."""
        return [one for one in self.all_snapshots() if "part=ledger" not in one["tags"]]

    def ledgers(self) -> list[str]:
        return [one["id"] for one in self.all_snapshots() if "part=ledger" in one["tags"]]

    def all_snapshots(self) -> list[dict[str, Any]]:
        return list(json.loads(self.restic("snapshots", "--json")) or [])

    def in_place_of(self, program: str, script: str) -> None:
        """A program that comes first in the PATH; `real` in the script is the one that it hides."""
        folder = self.place / "hands"
        folder.mkdir(exist_ok=True)
        real = subprocess.run(["which", program], capture_output=True, text=True, check=True).stdout.strip()
        (folder / program).write_text(f"#!/bin/sh\nreal={real}\n{script}\n")
        (folder / program).chmod(0o755)
        self.path = [str(folder)]

    def as_before(self) -> None:
        self.path = []

    def killed_at(self, marker: Path, *words: str) -> None:
        """Runs until a file is there, then is killed with no word of warning."""
        process = subprocess.Popen(self.command(*words), cwd="/", env=self.environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not marker.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert marker.exists(), "it never came so far"
        process.send_signal(signal.SIGKILL)
        process.wait()
