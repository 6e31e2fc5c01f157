# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release file from a checkout, and what registries say, asked of a real HTTP server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid, RolloutError
from ansible_collections.rollout.posthog.plugins.module_utils.stack import registry, release

DIGEST = "sha256:" + "a" * 64
SERVICES = {
    "db": {"image": "postgres:15.12-alpine"},
    "clickhouse": {"image": "clickhouse/clickhouse-server:26.6.2.158"},
    "web": {"image": "posthog/posthog:0123"},
    "worker": {"image": "posthog/posthog:0123"},
    "ui": {"image": "temporalio/ui:2"},
    "news": {"image": "example.com/news:1"},
}
CATALOGUE: dict[str, dict[str, Any]] = {
    **{name: {"stage": "app", "capabilities": ["core"]} for name in ("db", "clickhouse", "web", "worker")},
    "ui": {"stage": "tools", "capabilities": []},
}


class Registry(BaseHTTPRequestHandler):
    """Knows a/open:1, a/token:1 (for whoever has a token) and a/odd:1 (without a digest)."""

    def do_HEAD(self) -> None:
        if self.path == "/v2/a/token/manifests/1" and self.headers["Authorization"] != "Bearer let-in":
            self.send_response(401)
            realm = f"http://127.0.0.1:{self.server.server_address[1]}/token"
            self.send_header("WWW-Authenticate", f'Bearer realm="{realm}",service="s",scope="repository:a/token:pull"')
        elif self.path == "/v2/a/odd/manifests/1":
            self.send_response(200)
        elif self.path in ("/v2/a/open/manifests/1", "/v2/a/token/manifests/1"):
            self.send_response(200 if "image.index" in self.headers["Accept"] else 406)
            self.send_header("Docker-Content-Digest", DIGEST)
        else:
            self.send_response(403 if "shut" in self.path else 404)
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/token?service=s&scope=repository%3Aa%2Ftoken%3Apull" else 400)
        self.end_headers()
        self.wfile.write(json.dumps({"token": "let-in"}).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def place() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("reference", "where"),
    [
        ("caddy:latest", ("registry-1.docker.io", "library/caddy")),
        ("posthog/posthog:1", ("registry-1.docker.io", "posthog/posthog")),
        ("docker.io/posthog/posthog", ("registry-1.docker.io", "posthog/posthog")),
        ("ghcr.io/a/b/c:master", ("ghcr.io", "a/b/c")),
        ("localhost/a:1", ("localhost", "a")),
        ("127.0.0.1:5055/ghcr.io/a:1", ("127.0.0.1:5055", "ghcr.io/a")),
    ],
)
def test_a_reference_says_which_registry_has_it(reference: str, where: tuple[str, str]) -> None:
    assert registry.located(reference) == where


@pytest.mark.parametrize("name", ["open", "token"])
def test_a_registry_tells_the_digest_with_and_without_a_token(place: str, name: str) -> None:
    assert registry.digest(f"{place}/a/{name}:1") == DIGEST


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none", "the registry has no .*/a/none:1"),
        ("shut", "does not tell of .*403"),
        ("odd", "is it a registry"),
    ],
)
def test_what_a_registry_does_not_tell_is_said(place: str, name: str, says: str) -> None:
    with pytest.raises(RolloutError, match=says):
        registry.digest(f"{place}/a/{name}:1")


def test_nobody_there_is_said() -> None:
    with pytest.raises(RolloutError, match="does not answer"):
        registry.digest("127.0.0.1:1/a/b:1")


def test_a_release_has_each_image_once_and_the_versions_that_upstream_pins() -> None:
    asked: list[str] = []

    def digest(reference: str) -> str:
        asked.append(reference)
        return DIGEST

    references = release.wanted(SERVICES, CATALOGUE, ["core"])
    found = release.made("0123", SERVICES, references, digest, "mirror.example.com")
    names = ["clickhouse/clickhouse-server", "example.com/news", "posthog/posthog", "postgres"]
    assert found == {
        "commit": "0123",
        "clickhouse": "26.6.2.158",
        "postgres": "15",
        "images": dict.fromkeys(names, DIGEST),
        "services": sorted(SERVICES),
    }
    assert asked[0] == "mirror.example.com/clickhouse/clickhouse-server:26.6.2.158"


def test_two_tags_of_one_image_are_refused() -> None:
    with pytest.raises(Invalid, match="two tags of a"):
        release.made("0123", {}, ["a:1", "a:2"], lambda _reference: DIGEST)


def test_what_is_new_gone_and_of_another_version_is_told() -> None:
    old = {"clickhouse": "25.1", "postgres": 15, "services": ["db", "minio"]}
    new = {"clickhouse": "26.6", "postgres": "15", "services": ["db", "news"]}
    assert release.differences(old, new, ["db"]) == [
        "the service news is in no catalogue: say in stack_services what it is for",
        "the service news is new",
        "the service minio is gone: see what took its place",
        "clickhouse goes from 25.1 to 26.6",
    ]
    assert release.differences({}, new, ["db", "news"]) == []
