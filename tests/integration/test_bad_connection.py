"""Wrong keys, hosts and projects: one sentence that says what to do, and nothing written."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from integration import false_hosts
from integration.builders import Entry, cohort, condition, flag, whole_project
from integration.hand import Hand

from support.emulator import Emulator
from support.task import Result, Tasks


def refused(task: Tasks, **options: Any) -> Result:
    """A task of one flag that fails the same way in a run and in check mode, and writes nothing."""
    foreseen = task.fails("feature_flag", check_mode=True, **{**flag(), **options})
    failed = task.fails("feature_flag", **{**flag(), **options})
    assert foreseen["msg"] == failed["msg"]
    assert failed.writes == []
    return failed


def test_a_wrong_key(task: Tasks) -> None:
    message = refused(task, api_key="phx_wrong")["msg"]
    assert "does not accept the api_key" in message
    assert "is it a personal API key (phx_...) of this host?" in message


def test_the_key_of_a_project(task: Tasks, emulator: Emulator) -> None:
    failed = refused(task, api_key=emulator.token())
    assert "is a project token (phc_...)" in failed["msg"]
    assert "Settings > Personal API keys" in failed["msg"]
    assert failed.sent == []


def test_no_key(task: Tasks) -> None:
    failed = refused(task, api_key=None)
    assert "api_key is missing; give it as an option or in the environment as POSTHOG_API_KEY" in failed["msg"]
    assert failed.sent == []


@pytest.mark.parametrize("key", ["phx_with\nnewline", "phx_with space ", "phx_ümlaut"])
def test_a_key_that_cannot_be_sent(task: Tasks, key: str) -> None:
    assert "api_key" in refused(task, api_key=key)["msg"]


def test_a_key_that_may_only_read(task: Tasks, emulator: Emulator) -> None:
    key = emulator.new_key(["feature_flag:read"])
    failed = task.fails("feature_flag", api_key=key, **flag())
    assert "lacks the scope feature_flag:write" in failed["msg"]
    assert failed.writes == []
    assert task("feature_flag", api_key=key, check_mode=True, **flag())["action"] == "created"


def test_a_key_that_may_not_even_read(task: Tasks, emulator: Emulator) -> None:
    failed = refused(task, api_key=emulator.new_key(["cohort:read"]))
    assert "lacks the scope feature_flag:read" in failed["msg"]


def test_all_scopes_that_are_missing_are_named_at_once(task: Tasks, emulator: Emulator) -> None:
    kinds = ("feature_flag", "cohort", "action", "insight", "dashboard", "project")
    key = emulator.new_key([*(f"{kind}:read" for kind in kinds), "cohort:write"])
    failed = task.fails("apply", api_key=key, **whole_project())
    missing = sorted(f"{kind}:write" for kind in kinds if kind != "cohort")
    assert f"lacks the scopes {', '.join(missing)}; nothing was written" in failed["msg"]
    assert failed.writes == []


def test_a_key_of_another_project(task: Tasks, emulator: Emulator) -> None:
    task("project", name="Other")
    assert (
        "there is no project with id 1 that this api_key can see"
        in refused(task, api_key=emulator.new_key(teams=[2]))["msg"]
    )


@pytest.mark.parametrize(("region", "right"), [("us", "https://us.posthog.com"), ("eu", "https://eu.posthog.com")])
def test_a_host_that_only_takes_events(task: Tasks, region: str, right: str) -> None:
    for host in (
        f"https://{region}.i.posthog.com",
        f"https://{region}.i.posthog.com/",
        f"https://{region.upper()}.I.PostHog.com",
    ):
        message = refused(task, host=host)["msg"]
        assert right in message
        assert f"region: {region}" in message


def test_an_unknown_region(task: Tasks) -> None:
    message = task.fails("feature_flag", region="asia", host=None, **flag())["msg"]
    assert "eu, us" in message


def test_region_and_host_at_once(task: Tasks) -> None:
    assert "leave one of them out" in refused(task, region="eu")["msg"]


def test_no_host(task: Tasks) -> None:
    assert "host is missing; give region: us or eu" in refused(task, host=None)["msg"]


@pytest.mark.parametrize(
    "host", ["posthog.example.com", "ftp://posthog.example.com", "https://", "not a host", "http://[::1"]
)
def test_a_host_that_is_no_address(task: Tasks, host: str) -> None:
    assert "write it like https://posthog.example.com" in refused(task, host=host)["msg"]


def test_a_host_with_a_password(task: Tasks) -> None:
    failed = refused(task, host="https://user:sesame@posthog.example.com")
    assert "must not hold a user or password" in failed["msg"]
    assert "sesame" not in failed["msg"]


def test_a_host_that_does_not_listen(task: Tasks) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{free.getsockname()[1]}"
        message = task.fails("feature_flag", host=host, retries=0, **flag())["msg"]
    assert message.startswith(f"no connection to {host} (")
    assert "Connection refused" in message
    assert "is the host right and reachable?" in message


def test_a_host_that_nobody_knows(task: Tasks) -> None:
    message = task.fails("feature_flag", host="http://posthog.invalid", retries=0, **flag())["msg"]
    assert "no connection to http://posthog.invalid" in message


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_certificate_that_nobody_signed(task: Tasks, tmp_path: Path) -> None:
    certificate = false_hosts.self_signed(tmp_path)
    with false_hosts.server(404, {"Content-Type": "application/json"}, b"{}", certificate) as host:
        message = refused(task, host=host)["msg"]
        assert f"the TLS certificate of {host} is not trusted" in message
        assert "ca_path" in message
        trusting = task.fails("feature_flag", host=host, ca_path=str(tmp_path / "public.pem"), **flag())["msg"]
        assert "certificate" not in trusting
        careless = task.fails("feature_flag", host=host, validate_certs=False, **flag())["msg"]
        assert "certificate" not in careless


def test_a_ca_path_that_is_not_there(task: Tasks) -> None:
    message = refused(task, host="https://localhost:1", ca_path="/no/such/file.pem")["msg"]
    assert "/no/such/file.pem" in message
    assert "ca_path" in message


def test_tls_towards_a_server_that_has_none(task: Tasks, emulator: Emulator) -> None:
    message = refused(task, host=emulator.url.replace("http:", "https:"), retries=0)["msg"]
    assert "https://" in message


def test_a_page_of_a_proxy(task: Tasks) -> None:
    with false_hosts.html() as host:
        message = refused(task, host=host)["msg"]
    assert "text/html" in message
    assert "instead of JSON; a proxy or login page seems to be in front of PostHog" in message
    assert "Sign in" not in message


@pytest.mark.parametrize("status", [400, 403, 500])
def test_an_error_page_of_a_proxy_at_a_write(task: Tasks, emulator: Emulator, status: int) -> None:
    emulator.switch(faults=[{"action": "html", "status": status, "method": "POST"}])
    failed = task.fails("feature_flag", **flag())
    assert f"answered POST /api/projects/1/feature_flags/ with {status}" in failed["msg"]
    assert "instead of JSON" in failed["msg"]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"text"', b"{}", b'{"results": 1}', b'{"results": [1]}'])
def test_json_that_is_none_of_posthogs(task: Tasks, body: bytes) -> None:
    with false_hosts.server(200, {"Content-Type": "application/json"}, body) as host:
        refused(task, host=host)


def test_a_host_that_redirects(task: Tasks, emulator: Emulator) -> None:
    with false_hosts.redirect(emulator.url) as host:
        failed = refused(task, host=host)
    assert f"{host} redirects to {emulator.url}; write that address as host" in failed["msg"]
    assert failed.sent == []


def test_an_unknown_project_by_name(task: Tasks) -> None:
    assert (
        "there is no project 'Default projekt'; did you mean 'Default project'?"
        in refused(task, project="Default projekt")["msg"]
    )


def test_an_unknown_project_by_id(task: Tasks) -> None:
    assert "there is no project with id 99 that this api_key can see" in refused(task, project=99)["msg"]
    failed = task.fails("apply", project="99", project_settings={"timezone": "UTC"})
    assert "there is no project with id 99" in failed["msg"]


def test_no_project(task: Tasks) -> None:
    assert "project is missing; give its name or id, or set POSTHOG_PROJECT_ID" in refused(task, project=None)["msg"]


def test_an_unknown_organization(task: Tasks) -> None:
    message = refused(task, organization="Emulatr", project="Default project")["msg"]
    assert "there is no organization 'Emulatr'; did you mean 'Emulator'?" in message


def test_the_environment_is_used(task: Tasks, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTHOG_HOST", emulator.url)
    monkeypatch.setenv("POSTHOG_API_KEY", emulator.key)
    monkeypatch.setenv("POSTHOG_PROJECT_ID", "1")
    task("feature_flag", host=None, api_key=None, project=None, **flag())


def test_a_netrc_file_is_not_used(task: Tasks, hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    task("feature_flag", **flag())


def test_what_the_server_refuses_names_object_and_field(task: Tasks, hand: Hand) -> None:
    engaged: Entry = cohort("Engaged", {"event": "view", "within": "7 days"})
    failed = task.fails("apply", cohorts=[engaged], feature_flags=[flag("f", condition(1, {"cohort": "Engaged"}))])
    assert failed["msg"].startswith(
        "feature flag f: PostHog answered 400 for filters: Cohort 'Engaged' with behavioral"
    )
    assert failed["failure"]["code"] == "behavioral_cohort_found"
    assert [change["name"] for change in failed["changes"]] == ["Engaged"]
