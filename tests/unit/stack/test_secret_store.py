"""Secrets are made once, with the right formats, and never change."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid, RolloutError
from ansible_collections.rollout.posthog.plugins.module_utils.stack import credentials
from ansible_collections.rollout.posthog.plugins.module_utils.stack.secret_store import SECRETS, read, settle, write


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return settle({}, {})


def test_what_is_made_has_the_formats(made: dict[str, str]) -> None:
    wrong = [name for name, secret in SECRETS.items() if not re.fullmatch(secret.pattern, made[name])]
    assert wrong == []
    assert re.fullmatch("[0-9a-f]{32}", made["encryption_salt_keys"])
    assert len(set(made.values())) == len(SECRETS)


def test_a_further_run_changes_nothing(made: dict[str, str]) -> None:
    assert settle(made, {}) == made
    assert settle(made, {"postgres_password": made["postgres_password"]}) == made


def test_what_a_new_version_of_the_role_adds_is_made_beside_the_rest(made: dict[str, str]) -> None:
    older = {name: value for name, value in made.items() if name != "api_key"}
    newer = settle(older, {})
    assert {name: newer[name] for name in older} == older
    assert newer["api_key"].startswith("phx_")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("encryption_salt_keys", "0" * 44),
        ("encryption_salt_keys", "00beef0000beef0000beef0000beef00"),
        ("posthog_secret", "short"),
        ("posthog_secret", "has spaces and 'quotes'"),
        ("postgres_password", "p@ss/word"),
        ("api_key", "phc_" + "0" * 40),
        ("oidc_rsa_private_key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
    ],
)
def test_what_has_another_format_is_refused_without_being_shown(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=rf"stack_secrets\.{name}: must be ") as caught:
        settle({}, {name: value})
    assert value not in str(caught.value)


@pytest.mark.parametrize("name", [name for name in SECRETS if name != "oidc_rsa_private_key"])
def test_no_run_changes_a_secret(name: str, made: dict[str, str]) -> None:
    other = settle({}, {"oidc_rsa_private_key": made["oidc_rsa_private_key"]})[name]
    with pytest.raises(Invalid, match="no run changes a secret") as caught:
        settle(made, {name: other})
    assert other not in str(caught.value)
    assert made[name] not in str(caught.value)


def test_changing_the_salt_keys_is_refused_with_what_would_be_lost(made: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="unreadable for ever"):
        settle(made, {"encryption_salt_keys": "f" * 32})


def test_an_unknown_secret_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="no such secret: postgres_pasword"):
        settle({}, {"postgres_pasword": "x" * 20})


def test_the_file_is_its_owners_and_whole(tmp_path: Path, made: dict[str, str]) -> None:
    path = tmp_path / "secrets.json"
    write(str(path), made)
    assert read(str(path)) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"api_key": 1})])
def test_a_broken_file_is_never_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(text)
    with pytest.raises(RolloutError, match="put it back from your backup"):
        read(str(path))


def test_compose_is_given_every_secret_that_services_use() -> None:
    own = {"OWNER_PASSWORD", "API_KEY"}  # these are of people and of the API, no service is given them
    assert {name.upper() for name in SECRETS} - own == set(credentials.VARIABLES)
