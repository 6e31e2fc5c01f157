"""What is laid over upstream's compose files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack import credentials
from ansible_collections.rollout.posthog.plugins.module_utils.stack.overlay import (
    LEFT_OUT,
    Layout,
    Override,
    OverrideMap,
    Reset,
    overlay,
)
from ansible_collections.rollout.posthog.plugins.plugin_utils.compose_text import text

ROOT = Path(__file__).resolve().parents[3]


def laid(upstream: dict[str, Any], entry: dict[str, Any] | None = None, **layout: Any) -> dict[str, Any]:
    """The overlay of one service named web, beside a db that is chosen and a ui that is not."""
    services = {"web": {"image": "web", **upstream}, "db": {"image": "db"}, "ui": {"image": "ui"}}
    chosen = {"web": {"image": "web@pinned", **(entry or {})}, "db": {"image": "db@pinned"}}
    result: dict[str, Any] = overlay({"services": services}, Layout(services=chosen, **layout))["services"]["web"]
    return result


def test_what_is_not_chosen_is_in_a_profile_that_nobody_starts() -> None:
    model = {"services": {"web": {"image": "web"}, "ui": {"image": "ui"}}}
    assert overlay(model, Layout(services={"web": {"image": "x"}}))["services"]["ui"] == {"profiles": [LEFT_OUT]}


def test_every_service_is_pinned_restarted_limited_and_logs_within_bounds() -> None:
    result = laid({"restart": "on-failure"}, {"memory": "1g"}, log_size="9m", log_files=2)
    assert result == {
        "image": "web@pinned",
        "restart": "unless-stopped",
        "mem_limit": "1g",
        "logging": {"driver": "json-file", "options": {"max-size": "9m", "max-file": "2"}},
    }


def test_a_job_is_not_restarted_and_a_users_limit_comes_first() -> None:
    result = laid({}, {"memory": "1g", "once": True}, memory={"web": "3g"})
    assert (result["restart"], result["mem_limit"]) == ("no", "3g")


@pytest.mark.parametrize(
    ("published", "generated"),
    [
        (
            {"DATABASE_URL": "postgres://posthog:posthog@db:5432/posthog"},
            "postgres://posthog:${POSTGRES_PASSWORD}@db:5432/posthog",
        ),
        ({"PGPASSWORD": "posthog"}, "${POSTGRES_PASSWORD}"),
        ({"POSTGRES_PWD": "posthog"}, "${POSTGRES_PASSWORD}"),
        ({"CLICKHOUSE_APP_PASSWORD": "apppass"}, "${CLICKHOUSE_APP_PASSWORD}"),
        ({"S3": "object_storage_root_password"}, "${OBJECT_STORAGE_SECRET}"),
        ({"JWT_SECRET": "<randomly generated secret key>"}, "${CAPTURE_LOGS_SECRET}"),
    ],
)
def test_published_credentials_are_replaced(published: dict[str, str], generated: str) -> None:
    assert laid({"environment": published})["environment"] == dict.fromkeys(published, generated)


@pytest.mark.parametrize(
    "harmless",
    [
        {"PGUSER": "posthog"},
        {"CLICKHOUSE_DATABASE": "posthog"},
        # Upstream fills these in from its own variables, which are ours.
        {"SECRET_KEY": "$${POSTHOG_SECRET}"},
        {"EMPTY": None},
    ],
)
def test_what_is_no_published_credential_stays_upstreams(harmless: dict[str, Any]) -> None:
    assert "environment" not in laid({"environment": harmless})


def test_credentials_in_a_command_are_replaced_and_the_shells_own_dollars_stay() -> None:
    line = ["sh", "-c", "weed -secret=object_storage_root_password -jwt=$${POSTHOG_SECRET} $$@ $${ELAPSED}"]
    result = laid({"entrypoint": line})["entrypoint"]
    assert result[2] == "weed -secret=${OBJECT_STORAGE_SECRET} -jwt=${POSTHOG_SECRET} $$@ $${ELAPSED}"


def test_a_users_variable_comes_last() -> None:
    given = {"environment": {"A": "upstream", "B": "upstream"}}
    result = laid(given, {"environment": {"A": "role", "C": True}}, environment={"web": {"A": "user"}})
    assert result["environment"] == {"A": "user", "C": "true"}


@pytest.mark.parametrize("address", ["http://localhost:3001", "redis://127.0.0.1:6379/"])
def test_a_container_that_is_sent_to_itself_is_refused_by_name(address: str) -> None:
    with pytest.raises(Invalid, match=r"web\.FLAGS_URL"):
        laid({"environment": {"FLAGS_URL": address}})
    laid({"environment": {"FLAGS_URL": address}}, localhost_allowed=["web.FLAGS_URL"])
    laid({"environment": {"FLAGS_URL": address}}, environment={"web": {"FLAGS_URL": "http://flags:3001"}})


def test_ports_are_only_those_that_the_user_publishes() -> None:
    upstream = {"ports": [{"target": 80, "published": "80"}]}
    assert isinstance(laid(upstream)["ports"], Reset)
    published = laid(upstream, publish={"web": ["127.0.0.1:8010:80"]})["ports"]
    assert isinstance(published, Override)
    assert published == ["127.0.0.1:8010:80"]


def test_nobody_waits_for_what_is_left_out() -> None:
    needs = {"db": {"condition": "service_healthy"}, "ui": {"condition": "service_started"}}
    kept = laid({"depends_on": needs})["depends_on"]
    assert isinstance(kept, OverrideMap)
    assert kept == {"db": needs["db"]}
    assert isinstance(laid({"depends_on": {"ui": needs["ui"]}})["depends_on"], Reset)
    assert "depends_on" not in laid({"depends_on": {"db": needs["db"]}})


def test_nothing_is_built_and_no_name_is_fixed() -> None:
    result = laid({"build": {"context": "rust"}, "container_name": "seaweedfs-main"})
    assert isinstance(result["build"], Reset)
    assert isinstance(result["container_name"], Reset)


def test_the_text_says_by_tags_what_is_replaced() -> None:
    document = {"a": Override(["1"]), "b": Reset(), "c": OverrideMap(x=1), "d": "line\nline\n"}
    assert text(document) == "a: !override\n- '1'\nb: !reset 'null'\nc: !override\n  x: 1\nd: |\n  line\n  line\n"


def test_every_variable_of_a_published_credential_is_made() -> None:
    used = {
        name for published in credentials.PUBLISHED for name in credentials.VARIABLES if f"${{{name}}}" in published.by
    }
    assert len(used) == len({published.by for published in credentials.PUBLISHED} - {credentials.PUBLISHED[0].by})


def test_the_catalogue_knows_every_service_of_upstream() -> None:
    catalogue = yaml.safe_load((ROOT / "roles/stack/vars/main/main.yml").read_text())["_stack_catalogue"]
    hobby = yaml.safe_load((ROOT / "tests/upstream/docker-compose.hobby.yml").read_text())["services"]
    assert set(catalogue) == set(hobby)
