"""At -vvv, whatever happens: no key and no encrypted payload in any output, in the request log or among processes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration import false_hosts
from integration.builders import Entry, condition, flag, many

from ansible_collections.rollout.posthog.plugins.module_utils import task as glue
from support.emulator import Emulator, start_emulator
from support.task import Playbook, Tasks, requests_of

KEY = "phx_k3y0fTh3h0us3"
PAYLOAD = {"password": "s3sam3-0pen", "ports": [54321], "deep": {"s3cret-name": True}}
VALUES = (KEY, "s3sam3-0pen", "54321")
SECRETS = (*VALUES, "s3cret-name")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator whose key occurs nowhere else."""
    emulator = start_emulator(tmp_path_factory.mktemp("own"), key=KEY)
    yield emulator
    emulator.stop()


def vault(version: str = "1", **fields: Any) -> Entry:
    return flag("vault", remote_config=True, encrypted=True, payload=PAYLOAD, secrets_version=version, **fields)


def single(**options: Any) -> Entry:
    return {"rollout.posthog.feature_flag": options, "ignore_errors": True}


def whole(*flags: Entry, **options: Any) -> Entry:
    return {"rollout.posthog.apply": {"feature_flags": list(flags), **options}, "ignore_errors": True}


def assert_silent(text: str, secrets: tuple[str, ...] = SECRETS) -> None:
    shown = [secret for secret in secrets if secret in text]
    assert not shown, next(line for line in text.splitlines() if shown[0] in line)[:2000]


def successes() -> list[Entry]:
    return [
        single(**vault()),
        single(**vault("2")),
        whole(vault("2")),
        whole(vault("3")),
        single(**vault("3", tags=["a"])),
    ]


def failures(html: str) -> list[Entry]:
    return [
        single(**vault(conditions=[condition(101)])),
        single(**vault(unknown=1)),
        single(**vault(), timeout="soon"),
        single(**{**vault(), "encrypted": "perhaps"}),
        single(**{**vault(), "remote_config": False}),
        single(**vault(), project=99),
        single(**vault(), project="None"),
        single(**vault(), host=html),
        single(**vault(), host=f"https://{KEY}@posthog.example.com"),
        single(**vault(), host="http://127.0.0.1:9", retries=0),
        single(**vault(), region="asia"),
        single(**vault("4"), api_key=f"{KEY}-wrong"),
        single(**vault("4"), api_key=f"{KEY}\n"),
        whole(vault("4"), vault("4")),
        whole(vault("4", conditions=[condition(1, {"cohort": "Nobody"})])),
        whole({**vault("4"), "encrypted": "perhaps"}),
        whole(vault("4"), feature_flag=[]),
        whole(flag("other", extra={"analytics_dashboards": [99]}), vault("4", extra={"analytics_dashboards": [99]})),
    ]


def test_no_output_of_a_playbook_shows_a_secret(own: Emulator, tmp_path: Path) -> None:
    own.reset()
    playbook = Playbook(tmp_path, own)
    # As it is by default, so that everything is there that Ansible says.
    playbook.environment.clear()
    with false_hosts.html() as html:
        expected = failures(html)
        output = playbook.run([*successes(), *expected], "-vvv", "--diff")
        foreseen = playbook.run([*successes(), *expected], "-vvv", "--diff", "--check")
    # What only the server refuses is not foreseen.
    for text, ignored in ((output, len(expected)), (foreseen, len(expected) - 1)):
        assert_silent(text)
        assert "Traceback" not in text
        assert f"ignored={ignored}" in text
    assert "(secret)" in output
    assert_silent(json.dumps(own.requests()))


def test_a_key_from_the_environment_is_not_shown(own: Emulator, tmp_path: Path) -> None:
    own.reset()
    playbook = Playbook(tmp_path, own, api_key="{{ omit }}")
    playbook.environment["POSTHOG_API_KEY"] = KEY
    output = playbook.run([single(**flag()), single(**flag(), project=99)], "-vvv", "--diff")
    assert "changed=1" in output
    assert_silent(output)


@pytest.mark.parametrize("module", ["feature_flag", "apply"])
def test_a_crash_does_not_show_a_secret(own: Emulator, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    own.reset()

    def crash(*arguments: Any) -> None:
        raise KeyError(f"{KEY} {PAYLOAD} {arguments}")

    monkeypatch.setattr(glue, "read", crash)
    options = vault() if module == "feature_flag" else {"feature_flags": [vault()]}
    result = Tasks(own).attempt(module, diff=True, **options)
    assert result["failed"]
    assert "this is a bug in rollout.posthog" in result["msg"]
    # Names inside a payload are shown by a crash that prints the whole of it; values never.
    assert_silent(result.text, VALUES)


def test_the_systems_log_gets_no_values(own: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    own.reset()
    lines: list[str] = []
    monkeypatch.setattr(glue.Module, "log", lambda self, text, **more: lines.append(f"{text} {more}"))
    task = Tasks(own)
    task("feature_flag", **vault())
    task("apply", feature_flags=[vault()])
    assert len(lines) == 2
    assert_silent("\n".join(lines))


def test_no_process_has_a_secret_among_its_arguments(own: Emulator, tmp_path: Path) -> None:
    own.reset()
    own.switch(delay_ms=40)
    process = Playbook(tmp_path, own).start([whole(*many(30)["feature_flags"], vault(), cohorts=many(30)["cohorts"])])
    while not any(request.method == "POST" for request in requests_of(own)):
        assert process.poll() is None, process.communicate()[0]
        assert_silent(arguments_of_all_processes())
    assert_silent(arguments_of_all_processes())
    process.communicate()
    assert process.returncode == 0


def arguments_of_all_processes() -> str:
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(file.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
    return "\n".join(found)
