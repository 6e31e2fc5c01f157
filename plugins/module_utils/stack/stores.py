# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores that run elsewhere: what a user says of each, what it takes the place of, and what a service is told of it.

Passwords stay out of all texts: where one belongs stands `${STORE_NAME_PASSWORD}`, which Compose fills in.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from urllib.parse import quote

from ..errors import Invalid

CA = "/stores/postgres-ca.pem"  # where a container finds the authority of PostgreSQL's certificate
# They stand in quotes in Compose's file of variables.
PASSWORD = re.compile(r"[^\s'\"$\\]+")


@dataclass(frozen=True)
class Store:
    """Of every kind. `services` are the containers whose place it takes, by the names that others call them by;
    `helpers` are those that serve nobody but them."""

    host: str = ""
    user: str = ""
    password: str = ""

    kind: t.ClassVar[str] = ""
    services: t.ClassVar[tuple[str, ...]] = ()
    helpers: t.ClassVar[tuple[str, ...]] = ()

    def addresses(self) -> list[tuple[str, int]]:
        raise NotImplementedError

    def url(self, scheme: str, path: str) -> str:
        """In place of a URL of the own store; `path` is the one of that."""
        raise Invalid(f"is named by the URL {scheme}://..., and nobody has said how: set it in stack_environment")

    def hosts(self, port: str) -> str:
        """In place of `host` or, with a port, `host:port`."""
        return f"{self.host}:{self.addresses()[0][1]}" if port else self.host

    def beside(self, prefix: str) -> dict[str, str]:
        """What a service has to know beside the variable <prefix>HOST, or beside one of the name `prefix`."""
        return {}

    def variable(self) -> str:
        return "${STORE_" + self.kind.upper() + "_PASSWORD}"

    def account(self) -> str:
        """As it stands in a URL."""
        if not (self.user or self.password):
            return ""
        secret = ":" + self.variable().replace("}", "_URL}") if self.password else ""
        return quote(self.user, safe="") + secret + "@"

    def secrets(self) -> dict[str, str]:
        """variable -> value. Raises Invalid for what cannot stand in a file of variables."""
        if not self.password:
            return {}
        if not PASSWORD.fullmatch(self.password):
            raise Invalid(
                "must be without spaces, quotes, dollar signs and backslashes: change it in the store",
                f"stack_{self.kind}.password",
            )
        name = f"STORE_{self.kind.upper()}_PASSWORD"
        return {name: self.password, f"{name}_URL": quote(self.password, safe="")}


@dataclass(frozen=True)
class Postgres(Store):
    port: int = 5432
    database: str = "posthog"
    user: str = "posthog"
    tls: str = ""
    ca: str = ""

    kind: t.ClassVar[str] = "postgres"
    services: t.ClassVar[tuple[str, ...]] = ("db",)

    def addresses(self) -> list[tuple[str, int]]:
        return [(self.host, self.port)]

    def url(self, scheme: str, path: str) -> str:
        # Some services have a database of their own name on the same server.
        database = quote(self.database, safe="") if path in ("", "/", "/posthog") else path.lstrip("/")
        options = [f"sslmode={self.tls}"] if self.tls else []
        options += [f"sslrootcert={CA}"] if self.ca else []
        query = "?" + "&".join(options) if options else ""
        return f"{scheme}://{self.account()}{self.host}:{self.port}/{database}{query}"

    def beside(self, prefix: str) -> dict[str, str]:
        if prefix == "PG":
            tls = {"PGSSLMODE": self.tls} if self.tls else {}
            ca = {"PGSSLROOTCERT": CA} if self.ca else {}
            known = {"PGPORT": str(self.port), "PGUSER": self.user, "PGDATABASE": self.database}
            return {**known, **self.password_as("PGPASSWORD"), **tls, **ca}
        if prefix == "POSTGRES_SEEDS":  # Temporal's
            tls = {"SQL_TLS_ENABLED": "true"} if self.tls not in ("", "disable") else {}
            known = {"DB_PORT": str(self.port), "POSTGRES_USER": self.user}
            return {**known, **self.password_as("POSTGRES_PWD"), **tls}
        return {f"{prefix}PORT": str(self.port)} if prefix.endswith("_") else {}

    def password_as(self, name: str) -> dict[str, str]:
        return {name: self.variable() if self.password else ""}


@dataclass(frozen=True)
class Redis(Store):
    port: int = 6379
    database: int = 0
    tls: bool = False

    kind: t.ClassVar[str] = "redis"
    services: t.ClassVar[tuple[str, ...]] = ("redis7", "redis")

    def addresses(self) -> list[tuple[str, int]]:
        return [(self.host, self.port)]

    def url(self, scheme: str, path: str) -> str:
        database = path.lstrip("/") or str(self.database or "")
        return f"{'rediss' if self.tls else 'redis'}://{self.account()}{self.host}:{self.port}/{database}"

    def beside(self, prefix: str) -> dict[str, str]:
        if not prefix.endswith("_"):
            return {}
        known = {f"{prefix}PORT": str(self.port)}
        known.update({f"{prefix}PASSWORD": self.variable()} if self.password else {})
        known.update({f"{prefix}TLS": "true"} if self.tls else {})
        return known


@dataclass(frozen=True)
class Clickhouse(Store):
    """PostHog knows no ports of ClickHouse but the usual ones [posthog/settings/data_stores.py of PostHog/posthog]."""

    user: str = "default"
    database: str = "posthog"
    secure: bool = False
    verify: bool = True
    cluster: str = ""

    kind: t.ClassVar[str] = "clickhouse"
    services: t.ClassVar[tuple[str, ...]] = ("clickhouse",)
    # Redpanda, which is in Kafka's place, needs none.
    helpers: t.ClassVar[tuple[str, ...]] = ("zookeeper",)

    def addresses(self) -> list[tuple[str, int]]:
        return [(self.host, port) for port in ((9440, 8443) if self.secure else (9000, 8123))]

    def url(self, scheme: str, path: str) -> str:
        port = self.addresses()[1][1]
        return f"{'https' if self.secure else 'http'}://{self.account()}{self.host}:{port}{path}"

    def beside(self, prefix: str) -> dict[str, str]:
        if not prefix.endswith("_"):
            return {}
        secret = self.variable() if self.password else ""
        known = {f"{prefix}SECURE": str(self.secure).lower(), f"{prefix}VERIFY": str(self.verify).lower()}
        for account in ("", "API_", "APP_") if prefix == "CLICKHOUSE_" else ("",):
            known.update({f"{prefix}{account}USER": self.user, f"{prefix}{account}PASSWORD": secret})
        if prefix == "CLICKHOUSE_":
            known["CLICKHOUSE_DATABASE"] = self.database
            known.update({"CLICKHOUSE_CLUSTER": self.cluster} if self.cluster else {})
        return known


@dataclass(frozen=True)
class Kafka(Store):
    """`brokers` are host:port each. No user: PostHog's services in Rust know TLS, and no SASL.

    Source: rust/common/kafka/src/config.rs of PostHog/posthog at 09e75d90.
    """

    brokers: tuple[str, ...] = ()
    tls: bool = False

    kind: t.ClassVar[str] = "kafka"
    services: t.ClassVar[tuple[str, ...]] = ("kafka",)

    def addresses(self) -> list[tuple[str, int]]:
        found = [broker.rpartition(":") for broker in self.brokers]
        if not all(host and port.isdigit() for host, _colon, port in found):
            raise Invalid("each must be host:port", "stack_kafka.hosts")
        return [(host, int(port)) for host, _colon, port in found]

    def hosts(self, port: str) -> str:
        return ",".join(self.brokers)

    def beside(self, prefix: str) -> dict[str, str]:
        """Django and Node read the first, Rust reads the second, rpk the third."""
        return {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_TLS": "true", "RPK_TLS_ENABLED": "true"} if self.tls else {}


Given = t.Mapping[str, t.Mapping[str, t.Any]]
KINDS: tuple[type[Store], ...] = (Postgres, Redis, Clickhouse, Kafka)


def stores(given: Given) -> list[Store]:
    """Those that are given: kind -> its keys, as in the variables of the role. Raises Invalid."""
    found: list[Store] = []
    for kind in KINDS:
        keys = {name: value for name, value in (given.get(kind.kind) or {}).items() if value is not None}
        if kind is Kafka and "hosts" in keys:
            keys["brokers"] = tuple(keys.pop("hosts"))
        if keys:
            found.append(made(kind, keys))
    kinds = {store.kind: store for store in found}
    if "clickhouse" in kinds and "kafka" not in kinds:
        raise Invalid(
            "ClickHouse reads events from Kafka itself, and the stack's own Kafka is reached from inside of the stack "
            "only: name a Kafka that both reach in stack_kafka",
            "stack_clickhouse",
        )
    kafka = kinds.get("kafka")
    if isinstance(kafka, Kafka) and kafka.tls and "clickhouse" not in kinds:
        raise Invalid("the stack's own ClickHouse reads from a Kafka without TLS only", "stack_kafka.tls")
    return found


def made(kind: type[Store], keys: t.Mapping[str, t.Any]) -> Store:
    place = f"stack_{kind.kind}"
    try:
        store = kind(**keys)
    except TypeError as error:
        raise Invalid(f"has a key that it does not know: {', '.join(keys)}", place) from error
    if not store.addresses() or not all(
        re.fullmatch(r"[\w.-]+|\[[\da-fA-F:]+\]", host) for host, _port in store.addresses()
    ):
        raise Invalid("must name a host, without scheme and path", place)
    if isinstance(store, Postgres) and store.tls.startswith("verify-") and not store.ca:
        raise Invalid("verification needs ca, the file on the host with the authority's certificate", place)
    return store
