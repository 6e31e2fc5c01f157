# SPDX-License-Identifier: GPL-3.0-or-later
"""Canonical desired against canonical actual: what differs, and how to show it. No I/O."""

from __future__ import annotations

import json
import typing as t

from ansible.module_utils.common.yaml import HAS_YAML, yaml_dump

from .resource import Canonical, Kind, Wire
from .values import same

SECRET = "(secret)"


def differing(kind: Kind, desired: Canonical, actual: Canonical) -> list[str]:
    """The desired top-level fields that the server does not have so; secrets count when their version differs."""
    secrets = kind.secret_fields({**actual, **desired})
    renewed = "secrets_version" in desired and desired["secrets_version"] != actual.get("secrets_version")
    return [
        key
        for key, value in desired.items()
        if (renewed if key in secrets else kind.fields[key].shape.differs(value, actual[key]))
    ]


def differing_extra(extra: t.Mapping[str, t.Any], wire: Wire) -> dict[str, t.Any]:
    """The attributes of `extra` that the server does not have so."""
    return {key: value for key, value in extra.items() if not same(value, wire.get(key))}


def shown(kind: Kind, canonical: Canonical, keys: t.Iterable[str], like: Canonical | None = None) -> Canonical:
    """Some fields as they may be printed; `like` takes away what was not compared with it."""
    if like is not None:
        canonical = {**canonical, **{k: kind.fields[k].shape.like(canonical[k], like[k]) for k in keys if k in like}}
    secrets = kind.secret_fields(canonical)
    return {
        key: SECRET if key in secrets else kind.fields[key].shape.brief(canonical[key])
        for key in keys
        if key in canonical
    }


def printed(value: t.Any) -> str:
    """YAML for people; JSON, which is YAML too, where the library is not installed."""
    if not value:
        return ""
    if HAS_YAML:
        return str(yaml_dump(value, default_flow_style=False, sort_keys=False, allow_unicode=True, width=120))
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
