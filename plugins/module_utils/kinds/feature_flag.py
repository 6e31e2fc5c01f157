# SPDX-License-Identifier: GPL-3.0-or-later
"""Feature flags (reference 4)."""

from __future__ import annotations

import itertools
import json
import typing as t

from ..errors import Invalid
from ..resource import Canonical, Field, Ids, Kind, Names, Tag, Wire, as_stored, lenient
from ..shape import Boolean, Choice, Json, ListOf, Number, Part, Record, Ref, SetOf, Text
from .property_filter import FLAG_OPERATORS, PropertyFilter
from .registry import ENDPOINTS

PERCENTAGE = Number(least=0, most=100, null=100)
PROPERTY = PropertyFilter("person", "group", operators=FLAG_OPERATORS, flags=True)
#: Marks the tag in which the version of secrets is kept, since the server never shows the secrets themselves.
SECRETS_TAG = "secrets-version:"

#: Keys of a stored condition that belong to the UI and to experiments.
KEPT = ("sort_key", "exposure_frozen", "exposure_frozen_cohort")

CONDITION = Record(
    {
        "properties": Part(ListOf(PROPERTY), []),
        "rollout_percentage": Part(PERCENTAGE, 100, telling=True),
        "variant": Part(Text(null=None), None),
        "description": Part(Text(), ""),
        "aggregate_by": Part(Ref("group_type", null=None), None),
    }
)
VARIANT = Record(
    {
        "key": Part(
            Text(
                null=Invalid,
                blank=False,
                longest=400,
                pattern=r"^[a-zA-Z0-9_./-]+\Z",
                hint="may hold letters, digits and _ . / -",
            ),
            required=True,
        ),
        "name": Part(Text(), ""),
        "description": Part(Text(), ""),
        "rollout_percentage": Part(Number(least=0, most=100), required=True),
        "payload": Part(Json(null=None), None),
    }
)


class Variants(ListOf):
    """Variants; their shares make 100, which the server may or may not check (reference 4.3)."""

    def __init__(self) -> None:
        super().__init__(VARIANT, unique="key")

    def parse(self, value: t.Any) -> t.Any:
        variants = super().parse(value)
        total = sum(variant["rollout_percentage"] for variant in variants)
        if variants and abs(total - 100) > 0.001:
            raise Invalid(f"the variants' rollout_percentage must sum to 100, not {total:g}")
        return variants


class FeatureFlag(Kind):
    endpoint = ENDPOINTS["feature_flag"]
    key = "key"
    plural = "feature_flags"
    scope = "feature_flag"
    discreet = frozenset({"payload"})
    fields = {
        "key": Field(
            Text(
                null=Invalid,
                blank=False,
                longest=400,
                pattern=r"^[a-zA-Z0-9_-]+\Z",
                hint="is no flag key; it may hold letters, digits, _ and -",
            ),
            no_log=False,
        ),
        "description": Field(Text(), "", wire="name"),
        "active": Field(Boolean(), True),
        "archived": Field(Boolean(), False),
        "conditions": Field(ListOf(CONDITION), [], wire="filters"),
        "variants": Field(Variants(), [], wire="filters"),
        "payload": Field(Json(null=None), None, wire="filters"),
        "early_exit": Field(Boolean(null=False), False, wire="filters"),
        "remote_config": Field(Boolean(null=False), False, wire="is_remote_configuration"),
        "encrypted": Field(Boolean(null=False), False, wire="has_encrypted_payloads"),
        "secrets_version": Field(Tag(null="", longest=200), "", wire="tags", no_log=False),
        "ensure_experience_continuity": Field(Boolean(null=False), False),
        "evaluation_runtime": Field(Choice("all", "server", "client", null="all"), "all"),
        "bucketing_identifier": Field(Choice("distinct_id", "device_id", null="distinct_id"), "distinct_id"),
        "evaluation_contexts": Field(SetOf(Tag()), []),
        "tags": Field(SetOf(Tag()), []),
    }

    def check(self, merged: Canonical) -> None:
        variants = [variant["key"] for variant in merged["variants"]]
        for index, condition in enumerate(merged["conditions"]):
            if condition["variant"] is not None and condition["variant"] not in variants:
                raise Invalid(
                    f"'{condition['variant']}' is none of the flag's variants ({', '.join(variants) or 'it has none'})",
                    f"conditions[{index}].variant",
                )
        if variants and merged["payload"] is not None:
            raise Invalid("a flag with variants keeps its payloads in them; move it to variants[].payload", "payload")
        if merged["archived"] and merged["active"]:
            raise Invalid("an archived flag cannot be active; write active: false", "archived")
        if merged["encrypted"] and variants:
            raise Invalid("an encrypted flag has one payload and no variants", "variants")
        if merged["encrypted"] and not merged["remote_config"]:
            raise Invalid("only a remote_config flag has encrypted payloads", "encrypted")
        if merged["bucketing_identifier"] == "device_id" and merged["ensure_experience_continuity"]:
            raise Invalid("does not go with bucketing_identifier: device_id", "ensure_experience_continuity")

    def guard(self, wire: Wire) -> Wire:
        """The server answers 409 where someone changed the same attribute meanwhile (reference 4.5)."""
        return {"version": wire["version"], "original_flag": wire} if "version" in wire else {}

    def withdraws(self, written: Canonical) -> bool:
        """No enabled flag may depend on a disabled one."""
        return written.get("active") is False

    def secrets_in(self, entry: t.Mapping[str, t.Any]) -> t.Iterator[t.Any]:
        if entry.get("encrypted") not in (None, False):
            yield entry.get("payload")

    def secret_fields(self, merged: Canonical) -> frozenset[str]:
        return frozenset({"payload"}) if merged.get("encrypted") else frozenset()

    # -- decode ---------------------------------------------------------------------------------------------------

    def decode_conditions(self, wire: Wire, names: Names) -> list[t.Any]:
        return [decode_condition(group, names) for group in groups_of(filters_of(wire))]

    def decode_variants(self, wire: Wire, names: Names) -> list[t.Any]:
        filters = filters_of(wire)
        payloads = filters.get("payloads") or {}
        return [decode_variant(variant, payloads.get(variant.get("key"))) for variant in stored_variants(filters)]

    def decode_payload(self, wire: Wire, names: Names) -> t.Any:
        filters = filters_of(wire)
        return None if filters.get("multivariate") else decode_payload((filters.get("payloads") or {}).get("true"))

    def decode_early_exit(self, wire: Wire, names: Names) -> bool:
        return bool(filters_of(wire).get("early_exit"))

    def decode_tags(self, wire: Wire, names: Names) -> list[str]:
        return sorted({tag for tag in wire.get("tags") or [] if not tag.startswith(SECRETS_TAG)})

    def decode_secrets_version(self, wire: Wire, names: Names) -> str:
        marks = (tag for tag in wire.get("tags") or [] if tag.startswith(SECRETS_TAG))
        return next((tag[len(SECRETS_TAG) :] for tag in marks), "")

    # -- encode ---------------------------------------------------------------------------------------------------

    def encode_filters(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> Wire:
        stored = filters_of(actual or {})
        groups = itertools.chain(groups_of(stored), itertools.repeat(None))
        variants = {one["key"]: one for one in stored_variants(stored)}
        arms = [encode_variant(one, variants.get(one["key"])) for one in canonical["variants"]]
        filters: Wire = {
            "groups": [encode_condition(one, group, ids) for one, group in zip(canonical["conditions"], groups)],
            "multivariate": {"variants": arms} if arms else None,
        }
        if not (canonical["encrypted"] and canonical["payload"] is None):
            filters["payloads"] = encode_payloads(canonical)
        if canonical["early_exit"] or stored.get("early_exit") is not None:
            filters["early_exit"] = canonical["early_exit"]
        return filters

    def encode_tags(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> list[str]:
        version = canonical["secrets_version"]
        return [*canonical["tags"], *([SECRETS_TAG + version] if version else [])]

    def creation(self, canonical: Canonical, keys: t.Iterable[str], ids: Ids) -> tuple[Wire, Wire]:
        """A POST with empty groups is refused, one without filters is not (reference 0, 4.1)."""
        post, patch = super().creation(canonical, keys, ids)
        filters = post.get("filters")
        if filters and not filters["groups"] and not canonical["remote_config"]:
            del post["filters"]
            if any(filters.values()):
                patch["filters"] = filters
        return post, patch


def filters_of(wire: Wire) -> Wire:
    return wire.get("filters") or {}


def groups_of(filters: Wire) -> list[Wire]:
    """The stored groups; old flags say for all of them at once what they aggregate by (reference 4.4)."""
    by = filters.get("aggregation_group_type_index")
    return [{"aggregation_group_type_index": by, **group} for group in filters.get("groups") or []]


def stored_variants(filters: Wire) -> list[Wire]:
    return (filters.get("multivariate") or {}).get("variants") or []


def decode_condition(group: Wire, names: Names) -> t.Any:
    by = group.get("aggregation_group_type_index")
    return lenient(
        CONDITION,
        {
            "properties": [PROPERTY.decode(item, names) for item in group.get("properties") or []],
            "rollout_percentage": group.get("rollout_percentage"),
            "variant": group.get("variant"),
            "description": group.get("description"),
            "aggregate_by": None if by is None else names.name_of("group_type", by),
        },
    )


def encode_condition(condition: t.Any, stored: Wire | None, ids: Ids) -> Wire:
    def encode(condition: t.Mapping[str, t.Any]) -> Wire:
        return new_group(condition, stored or {}, ids)

    group: Wire = as_stored(condition, stored, lambda group: decode_condition(group, ids), encode)
    return group


def new_group(condition: t.Mapping[str, t.Any], stored: Wire, ids: Ids) -> Wire:
    """The wire group; the keys that others keep on the stored one (an experiment's freeze, the UI's order) stay."""
    by = condition["aggregate_by"]
    group = {
        "properties": [PROPERTY.encode(item, ids) for item in condition["properties"]],
        "rollout_percentage": condition["rollout_percentage"],
        "variant": condition["variant"],
        "aggregation_group_type_index": None if by is None else ids.id_of("group_type", by),
    }
    if condition["description"] or stored.get("description"):
        group["description"] = condition["description"]
    kept: Wire = {key: stored[key] for key in KEPT if key in stored}
    return {**kept, **group}


def decode_variant(variant: Wire, payload: t.Any) -> t.Any:
    shown = {key: variant.get(key) for key in ("key", "name", "description", "rollout_percentage")}
    return lenient(VARIANT, {**shown, "payload": decode_payload(payload)})


def encode_variant(variant: t.Mapping[str, t.Any], stored: Wire | None) -> Wire:
    wire: Wire = as_stored({**variant, "payload": None}, stored, lambda one: decode_variant(one, None), new_variant)
    return wire


def new_variant(variant: t.Mapping[str, t.Any]) -> Wire:
    wire = {key: variant[key] for key in ("key", "name", "rollout_percentage")}
    return {**wire, "description": variant["description"]} if variant["description"] else wire


def decode_payload(stored: t.Any) -> t.Any:
    """The value of a payload, which PostHog keeps as JSON text; text that is no JSON stays text."""
    if not isinstance(stored, str):
        return stored
    try:
        return lenient(Json(null=None), json.loads(stored))
    except ValueError:
        return stored


def encode_payloads(canonical: Canonical) -> Wire:
    payloads = {variant["key"]: variant["payload"] for variant in canonical["variants"]}
    if not payloads:
        payloads["true"] = canonical["payload"]
    return {key: json.dumps(value) for key, value in payloads.items() if value is not None}
