"""Objects as PostHog may have stored them, whoever wrote them: the UI, an old release, another tool (reference 2.2)."""

from __future__ import annotations

import json
import typing as t

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ansible_collections.rollout.posthog.plugins.module_utils.resource import Kind

from . import stored_parts as parts
from . import world
from .written import JSON, OBJECTS, TEXTS

NAMES = st.sampled_from(("Signup funnel", "17", "Twin", "ünï"))
TAGS = st.none() | st.lists(st.sampled_from(("growth", "a b", "ö")), unique=True, max_size=3)
TIMES = st.none() | st.just("2026-01-02T03:04:05.678901Z")
SERVER = {
    "created_at": TIMES,
    "created_by": st.none() | st.just({"id": 1, "email": "a@example.com"}),
    "user_access_level": st.just("manager"),
    "something_new": JSON,
}


def stored_object(kind: Kind, attributes: dict[str, SearchStrategy[t.Any]]) -> SearchStrategy[dict[str, t.Any]]:
    """Every attribute may also be missing, on a server that is older; the natural key and the id are always there."""
    always = {kind.endpoint.id: st.just(world.UNKNOWN), kind.endpoint.key: attributes.pop(kind.endpoint.key, NAMES)}
    return st.fixed_dictionaries(always, optional={**SERVER, **attributes})


def flag(kind: Kind) -> SearchStrategy[dict[str, t.Any]]:
    """A flag."""
    attributes = {
        "key": st.sampled_from(("new-checkout", "a_b", "17")),
        "name": st.none() | TEXTS.map(str.strip),
        "active": st.booleans(),
        "archived": st.none() | st.just(False),
        "filters": parts.flag_filters(),
        "is_remote_configuration": st.none() | st.booleans(),
        "has_encrypted_payloads": st.none() | st.just(False),
        "ensure_experience_continuity": st.none() | st.booleans(),
        "evaluation_runtime": st.sampled_from((None, "all", "server")),
        "bucketing_identifier": st.sampled_from((None, "distinct_id", "device_id")),
        "evaluation_contexts": TAGS,
        "tags": TAGS | st.just(["secrets-version:v2", "growth"]),
        "version": st.integers(1, 9),
        "surveys": st.just([]),
    }
    return stored_object(kind, attributes)


def cohort(kind: Kind) -> SearchStrategy[dict[str, t.Any]]:
    """A cohort."""
    attributes = {
        "description": st.none() | TEXTS.map(str.strip),
        "is_static": st.booleans(),
        "groups": st.just([]),
        "query": st.none() | OBJECTS,
        "filters": parts.cohort_filters(),
        "is_calculating": st.booleans(),
        "cohort_type": st.sampled_from((None, "realtime")),
        "count": st.none() | st.integers(0, 9),
    }
    return stored_object(kind, attributes)


def action(kind: Kind) -> SearchStrategy[dict[str, t.Any]]:
    """An action."""
    attributes = {
        "description": st.none() | TEXTS.map(str.strip),
        "steps": st.none() | st.lists(parts.step(), max_size=3),
        "tags": TAGS,
        "pinned_at": TIMES,
        "post_to_slack": st.none() | st.booleans(),
        "slack_message_format": st.none() | TEXTS.map(str.strip),
        "is_action": st.just(True),
        "bytecode_error": st.none(),
    }
    return stored_object(kind, attributes)


def insight(kind: Kind) -> SearchStrategy[dict[str, t.Any]]:
    """An insight."""
    dashboards = st.lists(st.sampled_from((*world.NAMED, *world.nameless("dashboard"))), max_size=3)
    attributes = {
        "name": NAMES | st.none() | st.just(""),
        "derived_name": st.none() | TEXTS,
        "description": st.none() | TEXTS.map(str.strip),
        "filters": st.just({}) | st.just({"events": [{"id": "$pageview"}]}),
        "query": st.none() | parts.query(),
        "dashboards": st.none() | dashboards,
        "dashboard_tiles": st.just([{"id": 1, "dashboard_id": 2}]),
        "tags": TAGS,
        "favorited": st.none() | st.booleans(),
        "saved": st.booleans(),
        "result": st.none(),
    }
    return stored_object(kind, attributes)


def dashboard(kind: Kind) -> SearchStrategy[dict[str, t.Any]]:
    """A dashboard."""
    attributes = {
        "name": NAMES | st.none(),
        "description": st.none() | TEXTS.map(str.strip),
        "pinned": st.none() | st.booleans(),
        "restriction_level": st.sampled_from((21, 37, None)),
        "filters": st.just({}) | parts.dashboard_filters(),
        "persisted_filters": st.none() | parts.dashboard_filters(),
        "variables": st.none() | OBJECTS,
        "persisted_variables": st.none() | OBJECTS,
        "breakdown_colors": st.none() | st.lists(JSON, max_size=2),
        "data_color_theme_id": st.none() | st.integers(1, 9),
        "quick_filter_ids": st.none() | st.just(["0198c5b2-0000-7000-8000-000000000000"]),
        "tags": TAGS,
        "tiles": st.none() | parts.tiles(),
    }
    return stored_object(kind, attributes)


def project(kind: Kind) -> SearchStrategy[dict[str, t.Any]]:
    """A project: all of its settings may be null, and most have been something else in an older release."""
    flags = st.sampled_from((*world.NAMED, *world.nameless("feature_flag")))
    booleans = [key for key, field in kind.fields.items() if field.shape.argument == {"type": "bool"}]
    merged = OBJECTS.map(lambda found: {**found, "gone": None})
    attributes = {
        **{key: st.none() | st.booleans() for key in booleans},
        "product_description": st.none() | TEXTS.map(str.strip),
        "timezone": st.sampled_from(("UTC", "Europe/Berlin")),
        "week_start_day": st.sampled_from((None, 0, 1)),
        "base_currency": st.sampled_from(("USD", "EUR")),
        "business_model": st.sampled_from((None, "b2b", "")),
        "app_urls": st.sampled_from((None, [], ["https://a.example.com", "https://*.b.example.com"])),
        "recording_domains": st.none() | st.just([]) | st.just(["https://a.example.com"]),
        "data_attributes": st.none() | st.just([]) | st.just(["data-attr", "data-x"]),
        "person_display_name_properties": st.none() | st.just([]) | st.just(["email"]),
        "test_account_filters": st.none() | st.lists(parts.property_filter(), max_size=3),
        "path_cleaning_filters": st.none() | st.lists(parts.path_cleaning(), max_size=2),
        "correlation_config": st.none() | OBJECTS,
        "autocapture_web_vitals_allowed_metrics": st.none() | st.just(["LCP", "CLS"]) | st.just([]),
        "survey_config": st.none() | merged,
        "session_replay_config": st.none() | merged | st.just({"ai_config": {"opt_in": True, "events": None}}),
        "modifiers": st.none() | merged,
        "session_recording_sample_rate": st.sampled_from((None, "0.10", "1.00", "0.33", 0.5)),
        "session_recording_minimum_duration_milliseconds": st.sampled_from((None, 0, 2000)),
        "session_recording_linked_flag": st.none() | linked_flag(flags),
        "session_recording_network_payload_capture_config": st.sampled_from((None, {}, {"recordBody": True})),
        "session_recording_masking_config": st.sampled_from((None, {}, {"maskAllInputs": True, "blockSelector": ".x"})),
        "session_recording_url_trigger_config": st.sampled_from((None, [], [{"url": "^/a", "matching": "regex"}])),
        "session_recording_event_trigger_config": st.sampled_from((None, [], ["$pageview"])),
        "session_recording_trigger_match_type_config": st.sampled_from((None, "all", "any")),
        "session_recording_trigger_groups": st.none() | OBJECTS,
        "session_recording_retention_period": st.sampled_from((None, "30d", "5y", "legacy")),
        "primary_dashboard": st.none() | st.sampled_from((*world.NAMED, *world.nameless("dashboard"))),
        "cookieless_server_hash_mode": st.sampled_from((None, 0, 1, 2)),
        "extra_settings": st.none() | OBJECTS,
        "default_data_theme": st.none() | st.integers(1, 3),
        "conversations_settings": st.none() | merged,
        "logs_settings": st.none() | OBJECTS,
        "revenue_analytics_config": st.none() | OBJECTS,
        "api_token": st.just("phc_x"),
        "organization": st.just("0198c5b2-0000-7000-8000-000000000000"),
    }
    return stored_object(kind, attributes)


def linked_flag(flags: SearchStrategy[int]) -> SearchStrategy[dict[str, t.Any]]:
    """A flag by id and key."""
    wire = {"id": flags, "key": st.just("a-flag")}
    return st.fixed_dictionaries(wire, optional={"variant": st.sampled_from((None, "test"))})


STORED = {
    "feature_flag": flag,
    "cohort": cohort,
    "action": action,
    "insight": insight,
    "dashboard": dashboard,
    "project": project,
}


def stored(kind: Kind) -> SearchStrategy[dict[str, t.Any]]:
    """An object of a kind, as its GET answers."""
    return STORED[kind.name](kind).map(lambda wire: json.loads(json.dumps(wire)))
