"""Encrypted payloads: written on creation and when secrets_version changes, never shown."""

from __future__ import annotations

import json

import pytest
from integration.builders import Entry, flag
from integration.hand import Hand

from support.task import Result, Tasks

PAYLOAD = {"database": "sesame-one"}


def vault(version: str = "1", **fields: object) -> Entry:
    """A flag that keeps a secret."""
    return flag("vault", remote_config=True, encrypted=True, payload=PAYLOAD, secrets_version=version, **fields)


def assert_hidden(*results: Result) -> None:
    for result in results:
        assert "sesame" not in result.text


def stored(hand: Hand) -> Entry:
    return hand.find("feature_flags", "vault")


def test_a_secret_is_written_on_creation_and_then_left(task: Tasks, hand: Hand) -> None:
    created = task("feature_flag", diff=True, **vault())
    assert created["action"] == "created"
    before = stored(hand)["version"]
    again = task.converged("feature_flag", **vault())
    assert stored(hand)["version"] == before
    assert_hidden(created, again)


def test_a_secret_is_written_when_its_version_changes(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **vault())
    foreseen = task("feature_flag", check_mode=True, diff=True, **vault("2"))
    changed = task("feature_flag", diff=True, **vault("2"))
    assert changed["diff"] == foreseen["diff"]
    assert "(secret)" in changed["diff"]["after"]
    again = task.converged("feature_flag", **vault("2"))
    assert_hidden(foreseen, changed, again)


def test_another_change_keeps_the_secret(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **vault())
    before = stored(hand)["filters"]["payloads"]
    changed = task("feature_flag", diff=True, **vault(description="Another"))
    assert changed["action"] == "updated"
    assert stored(hand)["filters"]["payloads"] == before
    assert_hidden(changed)


def test_a_secret_may_be_left_out_once_it_is_there(task: Tasks) -> None:
    task("feature_flag", **vault())
    declared = {key: value for key, value in vault(description="New").items() if key != "payload"}
    task("feature_flag", **declared)
    task.converged("feature_flag", **declared)


def test_the_version_of_secrets_is_no_tag_to_a_person(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **vault(tags=["growth"]))
    assert sorted(stored(hand)["tags"]) == ["growth", "secrets-version:1"]
    result = task.converged("feature_flag", **vault(tags=["growth"]))
    assert result["object"]["tags"] == ["growth"]
    task("feature_flag", key="vault", tags=[])
    assert stored(hand)["tags"] == ["secrets-version:1"]


@pytest.mark.parametrize(
    "wrong", [{"conditions": [{"rollout_percentage": 101}]}, {"variants": [{"key": "a"}]}, {"no": 1}]
)
def test_a_failure_does_not_show_a_secret(task: Tasks, wrong: Entry) -> None:
    assert_hidden(
        task.fails("feature_flag", diff=True, **{**vault(), **wrong}),
        task.fails("apply", diff=True, feature_flags=[{**vault(), **wrong}]),
    )


def test_apply_does_not_show_a_secret(task: Tasks) -> None:
    done = task("apply", diff=True, feature_flags=[vault()])
    changed = task("apply", diff=True, feature_flags=[vault("2")])
    removed = task("apply", diff=True, feature_flags=[{"key": "vault", "state": "absent"}])
    assert_hidden(done, changed, removed)


@pytest.mark.parametrize("payload", ["sesame", ["sesame"], {"deep": [{"er": "sesame"}]}, {"sesame": 1}, 7_356_373])
def test_secrets_of_every_form_are_hidden(task: Tasks, payload: object) -> None:
    declared = {**vault(), "payload": payload}
    for result in (task("feature_flag", diff=True, **declared), task("apply", diff=True, feature_flags=[declared])):
        assert "sesame" not in result.text
        assert "7356373" not in result.text
        assert json.dumps(payload) not in result.text
