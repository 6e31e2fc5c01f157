"""rollout.posthog.health against the emulator: well, dropped, wrong token, wrong key, unreachable, and check mode."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.emulator import Emulator
from support.task import Result, Tasks

#: What the emulator has nothing to do with.
APART = {"disk": {"enabled": False}, "certificate": {"enabled": False}}
QUICK = {"event": {"failed_seconds": 0.5}}


@pytest.fixture
def task(emulator: Emulator) -> Tasks:
    return Tasks(emulator, **APART)


def verdicts(result: Result) -> dict[str, str]:
    """Of what was checked."""
    entries = result["document"]["results"]
    return {entry["name"]: entry["verdict"] for entry in entries if entry["verdict"] != "skipped"}


def entry(result: Result, name: str) -> dict[str, Any]:
    [found] = [entry for entry in result["document"]["results"] if entry["name"] == name]
    return dict(found)


ALL_WELL = dict.fromkeys(["readiness web", "readiness worker", "event", "flags", "remote config", "workers"], "ok")


def test_all_is_well(task: Tasks, emulator: Emulator) -> None:
    result = task("health")
    assert verdicts(result) == ALL_WELL
    assert (result["verdict"], result["changed"]) == ("ok", False)
    assert entry(result, "event")["facts"]["outcome"] == "ingested"
    [event] = emulator.events()
    assert (event["event"], event["distinct_id"]) == ("rollout_health_check", "rollout-health")
    # Monitoring makes no persons.
    assert emulator.state()["counts"]["Person"] == 0
    said = " ".join(" ".join(result["summary"]).split())
    assert said.startswith(f"{emulator.url} is well: {', '.join(ALL_WELL)} not checked: ")
    assert "backup (no backup.status_file is given)" in said


def test_the_token_need_not_be_read(task: Tasks, emulator: Emulator) -> None:
    result = task("health", project_token=emulator.token())
    assert verdicts(result) == ALL_WELL
    assert [request.path for request in result.sent] == ["/api/projects/1/query/"]


def test_the_project_is_found_by_its_name(task: Tasks) -> None:
    assert verdicts(task("health", project="Default project")) == ALL_WELL
    wrong = task("health", project="Default projct", **QUICK)
    assert entry(wrong, "event")["verdict"] == "failed"
    assert "did you mean 'Default project'" in entry(wrong, "event")["measured"]


def test_an_event_that_is_dropped(task: Tasks, emulator: Emulator) -> None:
    emulator.switch(drop_events=True)
    result = task("health", **QUICK)
    assert (result["verdict"], entry(result, "event")["facts"]["outcome"]) == ("failed", "dropped")
    assert [name for name, verdict in verdicts(result).items() if verdict == "failed"] == ["event"]


def test_a_wrong_token(task: Tasks, emulator: Emulator) -> None:
    result = task("health", project_token="phc_wrong")
    assert entry(result, "event")["facts"]["outcome"] == "rejected"
    failed = [name for name, verdict in verdicts(result).items() if verdict == "failed"]
    assert failed == ["event", "flags", "remote config"]
    assert emulator.events() == []


def test_a_wrong_key(task: Tasks, emulator: Emulator) -> None:
    result = task("health", api_key="phx_wr0ng")
    assert "does not accept the api_key" in entry(result, "event")["measured"]
    assert [name for name, verdict in verdicts(result).items() if verdict == "ok"] == [
        "readiness web",
        "readiness worker",
        "workers",
    ]
    with_token = task("health", api_key="phx_wr0ng", project_token=emulator.token(), **QUICK)
    assert entry(with_token, "event")["facts"]["outcome"] == "unknown"
    assert entry(with_token, "flags")["verdict"] == "ok"
    assert "wr0ng" not in result.text + with_token.text


def test_a_key_that_may_not_query(task: Tasks, emulator: Emulator) -> None:
    result = task("health", api_key=emulator.new_key(["project:read", "organization:read"]))
    assert "lacks the scope query:read" in entry(result, "event")["measured"]
    enough = task("health", api_key=emulator.new_key(["project:read", "query:read"]))
    assert verdicts(enough) == ALL_WELL


def test_nobody_there(task: Tasks) -> None:
    result = task("health", host="http://127.0.0.1:9", project_token="phc_x", retries=0)
    assert set(verdicts(result).values()) == {"failed"}
    assert entry(result, "event")["facts"]["outcome"] == "unreachable"


def test_what_is_broken_is_named(task: Tasks, emulator: Emulator) -> None:
    emulator.switch(broken=["celery", "postgres"])
    result = task("health")
    assert "cannot use postgres" in entry(result, "readiness web")["measured"]
    assert entry(result, "workers")["measured"] == "not alive: celery"
    assert result["summary"][0].endswith("is not well: 3 failed, 0 warning, 3 ok")


def test_queries_that_fail_for_a_while_do_not_count(task: Tasks, emulator: Emulator) -> None:
    emulator.switch(faults=[{"action": "status", "status": 503, "path_regex": "query", "times": 2}])
    assert verdicts(task("health", project_token=emulator.token())) == ALL_WELL


def test_without_a_key_only_what_needs_none(task: Tasks) -> None:
    result = task("health", api_key=None, project=None)
    assert verdicts(result) == dict.fromkeys(["readiness web", "readiness worker", "workers"], "ok")


def test_each_check_can_be_switched_off(task: Tasks) -> None:
    names = [*ALL_WELL, "readiness", "remote_config", "consumer_lag", "containers", "backup"]
    checks = {name: {"enabled": False} for name in names if name.isidentifier()}
    result = task("health", **checks)
    assert (verdicts(result), result["verdict"]) == ({}, "skipped")
    assert result.sent == [] or all(request.method == "GET" for request in result.sent)


def test_check_mode_writes_nothing(task: Tasks, emulator: Emulator, tmp_path: Path) -> None:
    lag = {"command": ["touch", str(tmp_path / "touched")]}
    result = task("health", check_mode=True, document_path=str(tmp_path / "health.json"), consumer_lag=lag)
    assert verdicts(result) == {name: "ok" for name in ALL_WELL if name != "event"}
    assert "check mode" in entry(result, "event")["measured"]
    assert emulator.events() == []
    assert list(tmp_path.iterdir()) == []


def test_the_document_is_written_whole_and_for_everybody(task: Tasks, tmp_path: Path) -> None:
    path = tmp_path / "health.json"
    path.write_text("something longer than nothing")
    result = task("health", document_path=str(path))
    assert json.loads(path.read_text()) == result["document"]
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]
    task("health", document_path=str(tmp_path / "new" / "health.json"))
    assert (tmp_path / "new" / "health.json").stat().st_mode & 0o777 == 0o644
    assert "cannot make" in task.fails("health", document_path=str(path / "health.json"))["msg"]
    assert "cannot write" in task.fails("health", document_path=str(tmp_path / "new"))["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"host": None, "region": None}, "host is missing"),
        ({"host": "posthog.example.com"}, "host is no address: 'posthog.example.com'; write it like https://"),
        ({"host": "https://a.io/posthog"}, "without a path"),
        ({"host": "https://me:s3cret@a.io"}, "must not hold a user"),
        ({"ingest_host": "https://me:s3cret@a.io/x"}, "ingest_host must not hold a user"),
        ({"ingest_host": "/ingest"}, "ingest_host is no address: '/ingest'; write it like https://"),
        ({"host": "me:s3cret@a.io"}, "host is no address; write it like https://"),
        ({"region": "eu"}, "region and host are both given"),
        ({"ca_path": "/nowhere.pem"}, "does not exist"),
        ({"disk": {"path": "/"}}, "unknown option 'disk.path'; did you mean 'disk.paths'?"),
        ({"dsk": {}, "disk": {"path": "/"}}, "unknown option 'dsk'; did you mean 'disk'?"),
        ({"event": {"clickhouse": {"url": "http://a", "usr": "b"}}}, "did you mean 'event.clickhouse.user'?"),
        ({"disk": {"enabled": False, "warning_percent": "95"}}, "disk.warning_percent is 95"),
        ({"event": {"clickhouse": {"user": "a"}}}, "missing required arguments: url"),
    ],
)
def test_what_cannot_work_is_told(task: Tasks, options: dict[str, Any], message: str) -> None:
    result = task.fails("health", **options)
    assert message in result["msg"]
    assert "s3cret" not in result.text
