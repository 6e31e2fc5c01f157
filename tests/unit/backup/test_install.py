"""The program is made of exactly what it imports, and its settings are refused where they cannot work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.backup import program
from ansible_collections.rollout.posthog.plugins.module_utils.backup.install import SHIPPED
from ansible_collections.rollout.posthog.plugins.module_utils.program_files import archive
from support.sources import UTILS, payload
from support.task import run_module


def test_the_program_holds_what_it_imports_and_no_more() -> None:
    main = UTILS / "backup" / "program.py"
    needed = {path.relative_to(UTILS) for path in payload(main) if path.name != "__init__.py"}
    assert sorted(".".join(path.with_suffix("").parts) for path in {*needed, main.relative_to(UTILS)}) == SHIPPED
    assert b"import ansible." not in archive(SHIPPED, program.__name__)


REFUSED = [
    ({"retention": {"last": -1}}, "retention.last"),
    ({"retention": {"max_days": -1}}, "retention.max_days"),
    ({"retention": {"max_days": 0}}, "retention.max_days is 0"),
    ({"clickhouse": {"host": "events.example.com"}}, "has no endpoint, bucket, access_key, secret_key"),
    ({"retention": {"last": 0, "daily": 0, "weekly": 0, "monthly": 0}}, "retention keeps nothing"),
    ({"objects": [{"name": "a", "access_key": "a-user", "secret_key": "secret"}]}, "neither a service"),
    ({"objects": [{"name": "a", "access_key": "a-user", "service": "s"}]}, "one of secret_key and secret_name"),
    ({"window": {"begin": "25:00", "end": "05:00"}}, "window.begin is '25:00', which is no time of the day"),
    # What YAML makes of 12:30.
    (
        {"window": {"begin": "01:30", "end": 750}},
        "window.end is '750', which is no time of the day; write it like \"01:30\"",
    ),
    ({"window": {"begin": "01:30"}}, "window.end is empty, and window.begin is '01:30'"),
    ({"window": {"end": "01:30"}}, "window.begin is empty"),
    ({"window": {"overdue_hours": -1}}, "window.overdue_hours is -1; it can be 0 or more"),
    ({"reminder_hours": "nan"}, "reminder_hours is nan"),
    ({"retention": {"max_days": -5}}, "retention.max_days is -5"),
    ({"space": [{"path": "/", "free_gb": -5}]}, "space.free_gb is -5"),
    *(
        ({"check": {"subset": text}}, f"check.subset is '{text}'")
        for text in ("abc", "0/3", "4/3", "1/257", "0%", "101%", "0", "0M", "1000")
    ),
    *(
        ({"drill": {"subnet": text}}, f"drill.subnet is '{text}'")
        for text in ("nonsense", "172.31.241.1/24", "10.0.0.1", "")
    ),
    ({"name": " "}, "name is empty"),
    ({"name": "", "check": {"subset": "abc"}, "window": {"begin": "x", "end": "y"}}, "window.end is 'y'"),
    ({"name": "", "check": {"subset": "abc"}, "window": {"begin": "x", "end": "y"}}, "name is empty"),
]


@pytest.mark.parametrize(("options", "says"), REFUSED)
def test_what_cannot_work_is_refused(tmp_path: Path, options: dict[str, Any], says: str) -> None:
    places = {"path": str(tmp_path / "a.pyz"), "settings_path": str(tmp_path / "a.json")}
    repository = {"url": "/nowhere", "password": "s3cret"}
    answer, text = run_module("backup_program", {"repository": repository, **places, **options})
    assert says in answer["msg"], text
    assert not list(tmp_path.iterdir())


WELL = [
    *({"check": {"subset": text}} for text in ("", "1/1", "12/256", "5%", "2.5%", "500M", "5b")),
    {"window": {"begin": "22:00", "end": "05:00:30", "overdue_hours": 0}},
    {"drill": {"subnet": "10.0.0.16/28"}},
]


@pytest.mark.parametrize("options", WELL)
def test_what_can_work_is_taken(tmp_path: Path, options: dict[str, Any]) -> None:
    places = {"path": str(tmp_path / "a.pyz"), "settings_path": str(tmp_path / "a.json")}
    repository = {"url": "/nowhere", "password": "s3cret"}
    answer, text = run_module("backup_program", {"repository": repository, **places, **options})
    assert answer.get("changed"), text


def test_a_second_run_changes_nothing_and_check_mode_writes_nothing(tmp_path: Path) -> None:
    options = {
        "repository": {"url": "rest:https://user:s3cret@host/", "password": "s3cret", "environment": {"A": "s3cret"}},
        "path": str(tmp_path / "lib" / "a.pyz"),
        "settings_path": str(tmp_path / "etc" / "a.json"),
        "_ansible_diff": True,
    }
    answer, _text = run_module("backup_program", {**options, "_ansible_check_mode": True})
    assert (answer["changed"], list(tmp_path.iterdir())) == (True, [])
    answer, text = run_module("backup_program", options)
    assert (answer["changed"], "s3cret" in text) == (True, False)
    assert not run_module("backup_program", options)[0]["changed"]
