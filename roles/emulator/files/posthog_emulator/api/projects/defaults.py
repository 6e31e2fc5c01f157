"""What a project's settings are until somebody writes them."""

from typing import Any

#: Settings whose default is not null.
DEFAULTS: dict[str, Any] = {
    "timezone": "UTC",
    "app_urls": [],
    "anonymize_ips": False,
    "completed_snippet_onboarding": False,
    "is_demo": False,
    "test_account_filters": [],
    "path_cleaning_filters": [],
    "data_attributes": ["data-attr"],
    "correlation_config": {},
    "capture_console_log_opt_in": True,
    "capture_performance_opt_in": True,
    "capture_dead_clicks": False,
    "session_recording_opt_in": False,
    "session_recording_url_trigger_config": [],
    "session_recording_url_blocklist_config": [],
    "session_recording_event_trigger_config": [],
    "session_recording_retention_period": "30d",
    "cookieless_server_hash_mode": 0,
    "human_friendly_comparison_periods": False,
    "flags_persistence_default": False,
    "feature_flag_confirmation_enabled": False,
    "default_evaluation_contexts_enabled": False,
    "require_evaluation_contexts": False,
    "base_currency": "USD",
    "web_analytics_pre_aggregated_tables_enabled": False,
    "receive_org_level_activity_logs": False,
    "revenue_analytics_config": {},
    "marketing_analytics_config": {},
    "customer_analytics_config": {},
    "workflows_config": {},
}

#: PATCH merges these into what is stored; null clears them.
MERGED = frozenset({"survey_config", "session_replay_config", "modifiers", "conversations_settings"})

#: Partially updated one key at a time; dropped from a create.
CONFIGURATIONS = frozenset(
    {"revenue_analytics_config", "marketing_analytics_config", "customer_analytics_config", "workflows_config"}
)


def merge(name: str, stored: Any, sent: Any) -> Any:
    """The new value of a setting."""
    if sent is None or not isinstance(stored, dict):
        return sent
    if name in CONFIGURATIONS or name in MERGED - {"session_replay_config"}:
        return {**stored, **sent}
    if name == "session_replay_config":
        return {**stored, **{key: _merge_inner(stored.get(key), value) for key, value in sent.items()}}
    return sent


def _merge_inner(stored: Any, sent: Any) -> Any:
    return {**stored, **sent} if isinstance(stored, dict) and isinstance(sent, dict) else sent
