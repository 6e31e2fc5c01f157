# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the program and its settings on the host, as the health checks do with theirs."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ..health.channels import EMAIL, POSTHOG, WEBHOOK
from ..health.reachable import channels_of
from ..program_files import COMMON, Packed, archive, settle, text_of
from . import program
from .refused import check_options
from .settings import Settings

Spec = dict[str, t.Any]


def options(**names: Spec) -> Spec:
    return {"type": "dict", "default": {}, "apply_defaults": True, "options": names}


TEXT: Spec = {"type": "str", "default": ""}
SECRET: Spec = {**TEXT, "no_log": True}
STORES = ["db", "redis7", "valkey", "zookeeper", "kafka", "clickhouse", "objectstorage", "seaweedfs"]
#: How a server that speaks S3 is reached.
S3: Spec = {
    "endpoint": TEXT,
    "access_key": SECRET,
    "secret_key": SECRET,
    "region": {"type": "str", "default": "us-east-1"},
    "ca_path": TEXT,
}
OBJECTS: Spec = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "name": {"type": "str", "required": True},
        "service": TEXT,
        "port": {"type": "int", "default": 8333},
        **S3,
        "access_key": {"type": "str", "required": True, "no_log": True},
        # A name, not a secret.
        "secret_name": {**TEXT, "no_log": False},
        "buckets": {"type": "list", "elements": "str", "default": []},
        "left_out": {"type": "list", "elements": "str", "default": []},
    },
}
SETTINGS: Spec = {
    "name": {"type": "str", "default": "posthog"},
    "repository": {
        "type": "dict",
        "required": True,
        "options": {
            # May hold the password of a rest-server.
            "url": {"type": "str", "required": True, "no_log": True},
            "password": {"type": "str", "required": True, "no_log": True},
            "environment": {"type": "dict", "default": {}, "no_log": True},
            "options": {"type": "list", "elements": "str", "default": []},
            "cache": {"type": "path", "default": "/var/cache/rollout-posthog/restic"},
        },
    },
    "stack": options(
        project={"type": "str", "default": "posthog"},
        home={"type": "path", "default": "/opt/posthog"},
        stores={"type": "list", "elements": "str", "default": STORES},
    ),
    "postgres": options(
        service={"type": "str", "default": "db"},
        host=TEXT,
        port={"type": "int", "default": 5432},
        user={"type": "str", "default": "posthog"},
        password=SECRET,
    ),
    "clickhouse": options(
        service={"type": "str", "default": "clickhouse"},
        user=TEXT,
        password=SECRET,
        databases={"type": "list", "elements": "str", "default": ["posthog"]},
        folder={"type": "str", "default": "/var/lib/clickhouse/backups"},
        host=TEXT,
        port={"type": "int", "default": 0},
        secure={"type": "bool", "default": False},
        ca_path=TEXT,
        bucket=options(**S3, seen_as=TEXT, bucket=TEXT),
        base_days={"type": "int", "default": 7},
    ),
    "objects": OBJECTS,
    "files": {"type": "list", "elements": "str", "default": []},
    "retention": options(
        enabled={"type": "bool", "default": True},
        last={"type": "int", "default": 3},
        daily={"type": "int", "default": 7},
        weekly={"type": "int", "default": 5},
        monthly={"type": "int", "default": 3},
        yearly={"type": "int", "default": 0},
        max_days={"type": "int", "default": 90},
    ),
    "check": options(days={"type": "int", "default": 7}, subset={"type": "str", "default": "1/12"}),
    "drill": options(
        project={"type": "str", "default": "posthog-drill"},
        subnet={"type": "str", "default": "172.31.241.0/24"},
        ready={"type": "list", "elements": "str", "default": ["web"]},
        timeout={"type": "int", "default": 1200},
    ),
    "window": options(begin=TEXT, end=TEXT, overdue_hours={"type": "float", "default": 26.0}),
    "space": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "path": {"type": "path", "required": True},
            "free_gb": {"type": "float", "required": True},
        },
    },
    "status_path": {"type": "path", "default": "/var/lib/rollout-posthog/backup.json"},
}
SPEC: Spec = {
    **SETTINGS,
    "path": {"type": "path", "default": "/usr/local/lib/rollout-posthog/backup.pyz"},
    "settings_path": {"type": "path", "default": "/etc/rollout-posthog/backup.json"},
    "reminder_hours": {"type": "float", "default": 24.0},
    "webhook": WEBHOOK,
    "email": EMAIL,
    "posthog_event": POSTHOG,
}
#: What the program is made of, below module_utils; a test compares it with what the program imports.
HEALTH = ("alone", "channels", "context", "disk", "message", "notify", "probe", "report", "result")
OWN = (
    *(
        "asker",
        "books",
        "bucket",
        "checking",
        "clickhouse",
        "complaint",
        "drill",
        "erased",
        "erasing",
        "files",
        "folder",
        "ledger",
        "manifest",
        "merges",
        "objects",
        "part",
        "parts",
        "place",
        "postgres",
        "process",
        "program",
    ),
    *(
        "receivers",
        "restic",
        "restore",
        "retention",
        "round",
        "s3",
        "services",
        "settings",
        "status",
        "stream",
        "table",
        "tape",
        "told",
        "turn",
        "window",
    ),
)
SHIPPED = sorted(
    [*COMMON, "moment", *(f"health.{name}" for name in (*HEALTH, "settings")), *(f"backup.{name}" for name in OWN)]
)


def work(module: AnsibleModule) -> dict[str, t.Any]:
    """Raises RolloutError."""
    params = module.params
    settings = settings_of(params)
    files = [
        Packed(params["path"], archive(SHIPPED, program.__name__), 0o755, 0o755),
        Packed(params["settings_path"], text_of(vars(settings)), 0o600, 0o700),
    ]
    return settle(files, module.check_mode, module._diff)


def settings_of(params: t.Mapping[str, t.Any]) -> Settings:
    """Raises RolloutError for what cannot work."""
    check_options({**SETTINGS, "reminder_hours": SPEC["reminder_hours"]}, params)
    notices = {
        "state_path": os.path.splitext(params["status_path"])[0] + "-told.json",
        "reminder_hours": params["reminder_hours"],
        "warnings": True,
        "channels": channels_of(params),
    }
    own = [params["path"], "--settings", params["settings_path"]]
    return Settings(notices=notices, program=own, **{name: params[name] for name in SETTINGS})
