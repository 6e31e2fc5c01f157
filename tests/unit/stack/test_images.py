"""Image references."""

from __future__ import annotations

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack.images import pinned, repository, tag

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("reference", "name", "label"),
    [
        ("caddy", "caddy", ""),
        ("postgres:15.12-alpine", "postgres", "15.12-alpine"),
        ("ghcr.io/posthog/posthog/capture:master", "ghcr.io/posthog/posthog/capture", "master"),
        ("127.0.0.1:5055/caddy", "127.0.0.1:5055/caddy", ""),
        (f"127.0.0.1:5055/caddy:2@{DIGEST}", "127.0.0.1:5055/caddy", "2"),
    ],
)
def test_a_reference_has_a_name_and_a_tag(reference: str, name: str, label: str) -> None:
    assert (repository(reference), tag(reference)) == (name, label)


@pytest.mark.parametrize(
    ("reference", "prefix", "result"),
    [
        ("postgres:15", "", "postgres:15"),
        ("postgres:15", "mirror.example.com/ph/", "mirror.example.com/ph/postgres:15"),
        ("docker.io/library/postgres:15", "mirror.example.com", "mirror.example.com/postgres:15"),
        ("ghcr.io/a/b:master", "mirror.example.com", "mirror.example.com/ghcr.io/a/b:master"),
    ],
)
def test_a_mirror_has_an_image_under_its_name_and_registry(reference: str, prefix: str, result: str) -> None:
    assert pinned(reference, {repository(reference): DIGEST}, prefix) == f"{result}@{DIGEST}"


@pytest.mark.parametrize("digest", ["", "latest", "sha256:abc", "sha512:" + "0" * 64])
def test_what_is_no_digest_is_refused(digest: str) -> None:
    with pytest.raises(Invalid, match="is no digest"):
        pinned("caddy", {"caddy": digest})
