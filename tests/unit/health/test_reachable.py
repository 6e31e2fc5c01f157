"""Who is to be told can be told: both programs refuse addresses that nothing would ever arrive at."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from support.task import run_module

MAIL = {"to": ["ops@example.com"], "sender": "posthog@example.com"}
OF_MODULE: dict[str, dict[str, t.Any]] = {
    "health_program": {"host": "https://posthog.example.com"},
    "backup_program": {"repository": {"url": "/nowhere", "password": "s3cret"}},
}


def installed(module: str, folder: Path, **channels: t.Any) -> tuple[dict[str, t.Any], str]:
    places = {"path": str(folder / "a.pyz"), "settings_path": str(folder / "a.json")}
    if module == "health_program":
        places["state_path"] = str(folder / "state.json")
    return run_module(module, {**OF_MODULE[module], **places, **channels})


@pytest.mark.parametrize("module", OF_MODULE)
@pytest.mark.parametrize(
    ("channels", "says"),
    [
        ({"webhook": {"url": "not a s3cret"}}, "webhook.url is no address; write it like https://"),
        ({"webhook": {"url": "https://me:s3cret@chat.example.com"}}, "webhook.url must not hold a user or password"),
        (
            {"posthog_event": {"host": "other.example.com", "project_token": "phc_a"}},
            "posthog_event.host is no address",
        ),
        ({"email": {**MAIL, "sender": "not an address"}}, "email.sender: 'not an address' is no address"),
        ({"email": {**MAIL, "to": "ops"}}, "email.to: 'ops' is no address; write it like ops@example.com"),
        ({"email": {**MAIL, "to": ["ops@example.com", "boss@"]}}, "email.to: 'boss@' is no address"),
        ({"email": {**MAIL, "to": []}}, "email.to names nobody"),
    ],
)
def test_an_address_that_nothing_arrives_at_is_refused(
    tmp_path: Path, module: str, channels: dict[str, t.Any], says: str
) -> None:
    answer, text = installed(module, tmp_path, **channels)
    assert says in answer["msg"], text
    assert "s3cret" not in text
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("module", OF_MODULE)
def test_usable_addresses_are_taken(tmp_path: Path, module: str) -> None:
    channels = {
        "webhook": {"url": "https://chat.example.com/hook/s3cret"},
        "email": {"to": "ops@localhost, Boss <boss@example.com>", "sender": "PostHog <posthog@example.com>"},
    }
    answer, text = installed(module, tmp_path, **channels)
    assert answer.get("changed"), text
