"""Which services a host runs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack.choice import choose

DIGEST = "sha256:" + "a" * 64
UPSTREAM = {name: {"image": f"{name}:1"} for name in ("db", "web", "flags", "ui")}
RELEASE = {"services": list(UPSTREAM), "images": dict.fromkeys(UPSTREAM, DIGEST)}
CATALOGUE: dict[str, dict[str, Any]] = {
    "db": {"stage": "stores", "capabilities": ["core"]},
    "web": {"stage": "app", "capabilities": ["core"], "memory": "1g"},
    "flags": {"stage": "edge", "capabilities": ["flags"]},
    "gone-long-ago": {"stage": "edge", "capabilities": ["core"]},
    "ui": {"stage": "tools", "capabilities": []},
}


def test_services_are_those_that_the_capabilities_need_with_pinned_images() -> None:
    chosen = choose(UPSTREAM, RELEASE, CATALOGUE, ["core"], "mirror.example.com")
    assert list(chosen) == ["db", "web"]
    assert chosen["web"] == {**CATALOGUE["web"], "image": f"mirror.example.com/web:1@{DIGEST}"}
    assert list(choose(UPSTREAM, RELEASE, CATALOGUE, ["core", "flags"])) == ["db", "web", "flags"]


def test_what_runs_elsewhere_is_left_out() -> None:
    assert list(choose(UPSTREAM, RELEASE, CATALOGUE, ["core"], left_out=["db"])) == ["web"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"upstream": {**UPSTREAM, "brand-new": {"image": "x"}}}, "brand-new"),
        ({"upstream": {name: UPSTREAM[name] for name in ("db", "web", "ui")}}, "no longer has: flags"),
        ({"catalogue": {name: CATALOGUE[name] for name in ("db", "web", "ui")}}, "what flags is for"),
        ({"capabilities": ["core", "magic"]}, "magic is no capability"),
        ({"left_out": ["dbb"]}, "dbb is to be left out"),
        ({"catalogue": {**CATALOGUE, "db": {"stage": "cellar", "capabilities": []}}}, "db: its stage is 'cellar'"),
        ({"catalogue": {**CATALOGUE, "db": {"stage": "stores"}}}, "db: says no capabilities"),
        ({"release": {**RELEASE, "images": {"web": DIGEST}}}, "no digest for db"),
    ],
    ids=["unknown", "vanished", "unclassified", "capability", "left out", "stage", "no capabilities", "no digest"],
)
def test_a_release_that_does_not_fit_is_refused_by_name(change: dict[str, Any], said: str) -> None:
    given = {"upstream": UPSTREAM, "release": RELEASE, "catalogue": CATALOGUE, "capabilities": ["core"]}
    with pytest.raises(Invalid, match=said):
        choose(**{**given, **change})
