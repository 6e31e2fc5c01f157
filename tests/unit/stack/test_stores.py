# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores elsewhere: what services are told of them, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack import elsewhere
from ansible_collections.rollout.posthog.plugins.module_utils.stack.overlay import Layout, Reset, overlay
from ansible_collections.rollout.posthog.plugins.module_utils.stack.stores import stores

POSTGRES = {"postgres": {"host": "db.example.com", "port": 6000, "database": "events", "user": "a b", "password": "x"}}
REDIS = {"redis": {"host": "cache.example.com", "password": "x", "tls": True}}
KAFKA = {"kafka": {"hosts": ["k1.example.com:9093", "k2.example.com:9093"]}}
CLICKHOUSE = {"clickhouse": {"host": "ch.example.com", "user": "analytics", "password": "x", "secure": True}}


@pytest.mark.parametrize(
    ("given", "variables", "told"),
    [
        (
            POSTGRES,
            {"DATABASE_URL": "postgres://posthog:posthog@db:5432/posthog"},
            {"DATABASE_URL": "postgres://a%20b:${STORE_POSTGRES_PASSWORD_URL}@db.example.com:6000/events"},
        ),
        # A service with a database of its own keeps it; the variable need not be known.
        (
            POSTGRES,
            {"BRAND_NEW_URL": "postgresql://posthog:posthog@db/cyclotron"},
            {"BRAND_NEW_URL": "postgresql://a%20b:${STORE_POSTGRES_PASSWORD_URL}@db.example.com:6000/cyclotron"},
        ),
        (
            POSTGRES,
            {"PGHOST": "db", "PGUSER": "posthog", "PGPASSWORD": "posthog"},
            {
                "PGHOST": "db.example.com",
                "PGPORT": "6000",
                "PGUSER": "a b",
                "PGDATABASE": "events",
                "PGPASSWORD": "${STORE_POSTGRES_PASSWORD}",
            },
        ),
        (
            POSTGRES,
            {"POSTGRES_SEEDS": "db", "DB": "postgres12", "DB_PORT": "5432"},
            {
                "POSTGRES_SEEDS": "db.example.com",
                "DB_PORT": "6000",
                "POSTGRES_USER": "a b",
                "POSTGRES_PWD": "${STORE_POSTGRES_PASSWORD}",
            },
        ),
        (
            {"postgres": {"host": "pg", "tls": "verify-full", "ca": "/etc/ca.pem"}},
            {"DATABASE_URL": "postgres://posthog:posthog@db:5432/posthog"},
            {
                "DATABASE_URL": "postgres://posthog@pg:5432/posthog?sslmode=verify-full"
                "&sslrootcert=/stores/postgres-ca.pem"
            },
        ),
        (
            REDIS,
            {"REDIS_URL": "redis://redis7:6379/", "CDP_REDIS_HOST": "redis7", "CDP_VALKEY_HOST": "valkey"},
            {
                "REDIS_URL": "rediss://:${STORE_REDIS_PASSWORD_URL}@cache.example.com:6379/",
                "CDP_REDIS_HOST": "cache.example.com",
                "CDP_REDIS_PORT": "6379",
                "CDP_REDIS_PASSWORD": "${STORE_REDIS_PASSWORD}",
                "CDP_REDIS_TLS": "true",
            },
        ),
        (KAFKA, {"KAFKA_HOSTS": "kafka"}, {"KAFKA_HOSTS": "k1.example.com:9093,k2.example.com:9093"}),
        (
            {**KAFKA, **CLICKHOUSE},
            {"CLICKHOUSE_HOST": "clickhouse", "DEPLOYMENT": "hobby"},
            {
                "CLICKHOUSE_HOST": "ch.example.com",
                "CLICKHOUSE_SECURE": "true",
                "CLICKHOUSE_VERIFY": "true",
                "CLICKHOUSE_USER": "analytics",
                "CLICKHOUSE_PASSWORD": "${STORE_CLICKHOUSE_PASSWORD}",
                "CLICKHOUSE_API_USER": "analytics",
                "CLICKHOUSE_API_PASSWORD": "${STORE_CLICKHOUSE_PASSWORD}",
                "CLICKHOUSE_APP_USER": "analytics",
                "CLICKHOUSE_APP_PASSWORD": "${STORE_CLICKHOUSE_PASSWORD}",
                "CLICKHOUSE_DATABASE": "posthog",
            },
        ),
        (
            {"kafka": {"hosts": ["k:1"], "tls": True}, "clickhouse": {"host": "c"}},
            {"KAFKA_HOSTS": "kafka:9092"},
            {
                "KAFKA_HOSTS": "k:1",
                "KAFKA_SECURITY_PROTOCOL": "SSL",
                "KAFKA_TLS": "true",
                "RPK_TLS_ENABLED": "true",
            },
        ),
        ({}, {"DATABASE_URL": "postgres://posthog:posthog@db:5432/posthog"}, {}),
        (POSTGRES, {"REPLICA_URL": "http://personhog-replica:50051", "NAME": "db2", "EMPTY": None}, {}),
    ],
)
def test_services_are_told_of_stores_elsewhere(
    given: dict[str, Any], variables: dict[str, Any], told: dict[str, str]
) -> None:
    assert elsewhere.variables(variables, stores(given)) == told


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (CLICKHOUSE, "name a Kafka that both reach"),
        ({"kafka": {"hosts": ["k:1"], "tls": True}}, "without TLS only"),
        ({"kafka": {"hosts": ["broker"]}}, "host:port"),
        ({"kafka": {"tls": True}}, "must name a host"),
        ({"redis": {"port": 1}}, "must name a host"),
        ({"redis": {"host": "redis://cache"}}, "without scheme and path"),
        ({"redis": {"hots": "cache"}}, "does not know: hots"),
        ({"postgres": {"host": "pg", "tls": "verify-full"}}, "needs ca"),
    ],
)
def test_what_cannot_work_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        stores(given)


def test_a_password_is_kept_apart_from_texts_and_in_both_forms() -> None:
    secrets = stores({"redis": {"host": "c", "password": "p@s/:#%"}})[0].secrets()
    assert secrets == {"STORE_REDIS_PASSWORD": "p@s/:#%", "STORE_REDIS_PASSWORD_URL": "p%40s%2F%3A%23%25"}


@pytest.mark.parametrize("password", ["a b", "a'b", 'a"b', "a$b", "a\\b", "a\nb"])
def test_a_password_that_no_file_of_variables_can_hold_is_refused_without_being_shown(password: str) -> None:
    with pytest.raises(Invalid, match=r"stack_redis\.password") as caught:
        stores({"redis": {"host": "c", "password": password}})[0].secrets()
    assert password not in str(caught.value)


def laid(web: dict[str, Any], given: dict[str, Any]) -> Any:
    services = {"web": {"image": "web", **web}, "db": {"image": "db"}, "zookeeper": {"image": "z"}}
    layout = Layout(services={"web": {"image": "web@pinned"}}, stores=stores(given))
    return overlay({"services": services}, layout)["services"]["web"]


@pytest.mark.parametrize(
    "variables",
    [
        {"UNKNOWN": "db;5432 db"},
        {"CONFIG": "host=db port=5432"},
        {"CONFIG": "reverse //db:5432/x and more"},
    ],
)
def test_a_variable_of_unknown_form_that_names_what_is_left_out_stops(variables: dict[str, str]) -> None:
    with pytest.raises(Invalid, match=rf"web\.{next(iter(variables))} names db"):
        laid({"environment": variables}, POSTGRES)


def test_so_does_one_that_names_a_helper() -> None:
    with pytest.raises(Invalid, match=r"web\.ZOO names zookeeper"):
        laid({"environment": {"ZOO": "zookeeper:2181"}}, {**KAFKA, **CLICKHOUSE})


def test_commands_and_mounts_follow_and_nothing_waits_for_what_is_left_out() -> None:
    found = laid(
        {
            "command": ["-c", "rpk topic list --brokers kafka:9092 && echo my-kafka:9092"],
            "environment": {"DATABASE_URL": "postgres://posthog:posthog@db:5432/posthog"},
            "depends_on": {"db": {"condition": "service_healthy"}},
        },
        {**KAFKA, "postgres": {"host": "pg", "tls": "verify-ca", "ca": "/etc/ca.pem"}},
    )
    hosts = ",".join(KAFKA["kafka"]["hosts"])
    assert found["command"] == ["-c", f"rpk topic list --brokers {hosts} && echo my-kafka:9092"]
    mount = {"type": "bind", "source": "/etc/ca.pem", "target": "/stores/postgres-ca.pem", "read_only": True}
    assert found["volumes"] == [mount]
    assert isinstance(found["depends_on"], Reset)
