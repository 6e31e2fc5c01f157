# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects and their settings (reference 3.2 to 3.4)."""

from __future__ import annotations

import typing as t

from ..errors import Invalid
from ..resource import Canonical, Delete, Field, Ids, Kind, Names, Wire
from ..shape import Boolean, Choice, JsonObject, ListOf, Number, Part, Record, Ref, SetOf, Text
from ..values import same
from .property_filter import PropertyFilter
from .registry import ENDPOINTS

TEST_ACCOUNTS = PropertyFilter("event", "person", "session", "element", "feature", "group", hogql=True)
WEEK_STARTS = {"sunday": 0, "monday": 1}
COOKIELESS = {"disabled": 0, "stateless": 1, "stateful": 2}
#: Fields whose PATCH the server merges into what it has (reference 3.4).
MERGED = ("survey_config", "session_replay_config", "modifiers")


class Settings(JsonObject):
    """A configuration that the server merges on PATCH: a null inside it means that the key is not there."""

    def __init__(self) -> None:
        super().__init__(null=None)

    def parse(self, value: t.Any) -> t.Any:
        return {key: item for key, item in super().parse(value).items() if item is not None} or None


class Partly(JsonObject):
    """A configuration that the server shares with others: only the keys that are written count."""

    def __init__(self) -> None:
        super().__init__(null={})

    def differs(self, desired: t.Any, actual: t.Any) -> bool:
        if isinstance(desired, dict) and isinstance(actual, dict):
            return any(self.differs(value, actual.get(key)) for key, value in desired.items())
        return not same(desired, actual)


class SampleRate(Number):
    """A share with two decimals, which the server returns as text."""

    def __init__(self) -> None:
        super().__init__(least=0, most=1, null=None)

    def parse(self, value: t.Any) -> t.Any:
        rate = super().parse(value)
        if round(rate, 2) != rate:
            raise Invalid(f"PostHog keeps two decimals; {value} has more")
        return rate


class LinkedFlag(Record):
    """The flag that starts recordings; a name alone is short for any variant of it."""

    argument = {"type": "raw"}

    def __init__(self) -> None:
        parts = {"flag": Part(Ref("feature_flag"), required=True), "variant": Part(Text(null=None), None)}
        super().__init__(parts, null=None)

    def parse(self, value: t.Any) -> t.Any:
        return super().parse(value if isinstance(value, dict) else {"flag": value})


URL_TRIGGER = Record(
    {"url": Part(Text(null=Invalid, blank=False), required=True), "matching": Part(Choice("regex"), "regex")}
)
PATH_CLEANING = Record(
    {
        "alias": Part(Text(null=Invalid), required=True),
        "regex": Part(Text(null=Invalid, blank=False), required=True),
        "order": Part(Number(whole=True, null=None), managed=False),
    }
)


def switch(default: t.Any = None) -> Field:
    return Field(Boolean(null=default), default)


def texts(default: t.Any = None, longest: int | None = None) -> Field:
    return Field(ListOf(Text(null=Invalid, longest=longest, blank=False), null=default), default)


def urls() -> Field:
    return Field(ListOf(Text(null=Invalid, longest=200, blank=False)), [])


class Project(Kind):
    endpoint = ENDPOINTS["project"]
    key = "name"
    plural = "project_settings"
    scope = "project"
    deletion = Delete.HARD
    container = True
    fields = {
        "name": Field(Text(null=Invalid, longest=200, trim=True, blank=False)),
        "product_description": Field(Text(), ""),
        "timezone": Field(Text(null="UTC"), "UTC"),
        "week_start_day": Field(Choice(*WEEK_STARTS, null=None), None),
        "base_currency": Field(Text(null="USD", pattern=r"^[A-Z]{3}\Z", hint="is no ISO currency code"), "USD"),
        "business_model": Field(Choice("b2b", "b2c", "other", null=None), None),
        "app_urls": urls(),
        "recording_domains": urls(),
        "anonymize_ips": switch(False),
        "is_demo": switch(False),
        "completed_snippet_onboarding": switch(False),
        "has_completed_onboarding_for": Field(JsonObject(null=None), None),
        "onboarding_tasks": Field(JsonObject(null=None), None),
        "test_account_filters": Field(ListOf(TEST_ACCOUNTS), [], late=True),
        "test_account_filters_default_checked": switch(),
        "path_cleaning_filters": Field(ListOf(PATH_CLEANING), []),
        "data_attributes": texts(["data-attr"]),
        "person_display_name_properties": texts(),
        "live_events_columns": texts(),
        "correlation_config": Field(JsonObject(null={}), {}),
        "autocapture_opt_out": switch(),
        "autocapture_exceptions_opt_in": switch(),
        "autocapture_exceptions_errors_to_ignore": texts(),
        "autocapture_web_vitals_opt_in": switch(),
        "autocapture_web_vitals_allowed_metrics": Field(SetOf(Text(null=Invalid), null=None), None),
        "capture_console_log_opt_in": switch(True),
        "capture_performance_opt_in": switch(True),
        "capture_dead_clicks": switch(False),
        "heatmaps_opt_in": switch(),
        "surveys_opt_in": switch(),
        "survey_config": Field(Settings(), None),
        "session_recording_opt_in": switch(False),
        "session_recording_sample_rate": Field(SampleRate(), None),
        "session_recording_minimum_duration_milliseconds": Field(
            Number(least=0, most=30000, whole=True, null=None), None
        ),
        "session_recording_linked_flag": Field(LinkedFlag(), None, late=True),
        "session_recording_network_payload_capture_config": Field(
            Record(
                {"recordHeaders": Part(Boolean(null=False), False), "recordBody": Part(Boolean(null=False), False)},
                null=None,
            ),
            None,
        ),
        "session_recording_masking_config": Field(
            Record(
                {
                    "maskAllInputs": Part(Boolean(null=None), None),
                    "maskTextSelector": Part(Text(null=None), None),
                    "blockSelector": Part(Text(null=None), None),
                },
                null=None,
            ),
            None,
        ),
        "session_recording_url_trigger_config": Field(ListOf(URL_TRIGGER), []),
        "session_recording_url_blocklist_config": Field(ListOf(URL_TRIGGER), []),
        "session_recording_event_trigger_config": texts([]),
        "session_recording_trigger_match_type_config": Field(Choice("all", "any", null=None), None),
        "session_recording_trigger_groups": Field(JsonObject(null=None), None),
        "session_recording_retention_period": Field(Choice("30d", "90d", "1y", "5y", null="30d"), "30d"),
        "session_replay_config": Field(Settings(), None),
        "primary_dashboard": Field(Ref("dashboard", null=None), None, late=True),
        "cookieless_server_hash_mode": Field(Choice(*COOKIELESS, null="disabled"), "disabled"),
        "human_friendly_comparison_periods": switch(False),
        "extra_settings": Field(JsonObject(null=None), None),
        "modifiers": Field(Settings(), None),
        "flags_persistence_default": switch(False),
        "feature_flag_confirmation_enabled": switch(False),
        "feature_flag_confirmation_message": Field(Text(), ""),
        "default_evaluation_contexts_enabled": switch(False),
        "require_evaluation_contexts": switch(False),
        "default_data_theme": Field(Number(whole=True, null=None), None),
        "web_analytics_pre_aggregated_tables_enabled": switch(False),
        "receive_org_level_activity_logs": switch(False),
        "conversations_enabled": switch(),
        "conversations_settings": Field(Partly(), {}),
        "logs_settings": Field(JsonObject(null=None), None),
        "proactive_tasks_enabled": switch(),
        # A POST drops these silently (reference 3.2).
        "revenue_analytics_config": Field(Partly(), {}, on_create=False),
        "marketing_analytics_config": Field(Partly(), {}, on_create=False),
        "customer_analytics_config": Field(Partly(), {}, on_create=False),
        "workflows_config": Field(Partly(), {}, on_create=False),
    }

    def preparation(self, body: Wire, actual: Wire) -> Wire:
        """Merged fields keep keys that the new value lacks, so those are cleared first."""
        return {key: None for key in MERGED if body.get(key) and not leaves(actual.get(key)) <= leaves(body[key])}

    def decode_week_start_day(self, wire: Wire, names: Names) -> t.Any:
        return word(WEEK_STARTS, wire.get("week_start_day"))

    def encode_week_start_day(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        return WEEK_STARTS.get(canonical["week_start_day"])

    def decode_cookieless_server_hash_mode(self, wire: Wire, names: Names) -> t.Any:
        return word(COOKIELESS, wire.get("cookieless_server_hash_mode")) or "disabled"

    def encode_cookieless_server_hash_mode(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        return COOKIELESS[canonical["cookieless_server_hash_mode"]]

    def encode_session_recording_sample_rate(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        rate = canonical["session_recording_sample_rate"]
        return None if rate is None else f"{rate:.2f}"

    def encode_session_recording_masking_config(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        config = canonical["session_recording_masking_config"]
        return config and {key: value for key, value in config.items() if value is not None}

    def decode_test_account_filters(self, wire: Wire, names: Names) -> t.Any:
        return [TEST_ACCOUNTS.decode(item, names) for item in wire.get("test_account_filters") or []]

    def encode_test_account_filters(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        return [TEST_ACCOUNTS.encode(item, ids) for item in canonical["test_account_filters"]]

    def decode_session_recording_linked_flag(self, wire: Wire, names: Names) -> t.Any:
        linked = wire.get("session_recording_linked_flag")
        if not linked:
            return None
        return {"flag": names.name_of("feature_flag", linked["id"]), "variant": linked.get("variant")}

    def encode_session_recording_linked_flag(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        linked = canonical["session_recording_linked_flag"]
        if linked is None:
            return None
        id = ids.id_of("feature_flag", linked["flag"])
        wire = {"id": id, "key": ids.name_of("feature_flag", id)}
        return wire if linked["variant"] is None else {**wire, "variant": linked["variant"]}

    def decode_primary_dashboard(self, wire: Wire, names: Names) -> t.Any:
        found = wire.get("primary_dashboard")
        return None if found is None else names.name_of("dashboard", found)

    def encode_primary_dashboard(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        name = canonical["primary_dashboard"]
        return None if name is None else ids.id_of("dashboard", name)


def word(words: t.Mapping[str, int], number: t.Any) -> t.Any:
    return next((ours for ours, theirs in words.items() if theirs == number), None)


def leaves(value: t.Any, depth: int = 2) -> set[str]:
    """The paths of keys down to the level that the server merges."""
    found = set()
    for key, item in (value or {}).items():
        if item is not None:
            found.add(key)
            if depth > 1 and isinstance(item, dict):
                found.update(f"{key}.{path}" for path in leaves(item, depth - 1))
    return found
