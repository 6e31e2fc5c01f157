"""Writing a project and its settings."""

import zoneinfo
from typing import Any

from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    IntegerField,
    ListField,
)

from posthog_emulator.api.errors import Conflict
from posthog_emulator.api.fields import JsonObject
from posthog_emulator.api.projects import fields as special
from posthog_emulator.api.projects.defaults import CONFIGURATIONS, DEFAULTS, merge
from posthog_emulator.control.switches import board
from posthog_emulator.models import Organization, Project

ZONES = sorted(zoneinfo.available_timezones())
CURRENCIES = "AED ARS AUD BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PHP PLN RON SEK SGD THB TRY TWD UAH USD VND ZAR".split()  # noqa: E501  a list of codes
OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}


class ProjectSerializer(serializers.Serializer[Project]):
    """Every writable field of a project."""

    name = CharField(max_length=200, required=False)
    product_description = CharField(max_length=1000, allow_blank=True, **OPTIONAL)
    access_control = BooleanField(**OPTIONAL)
    # Where and when.
    timezone = ChoiceField(choices=ZONES, required=False)
    week_start_day = ChoiceField(choices=[0, 1], **OPTIONAL)
    base_currency = ChoiceField(choices=CURRENCIES, required=False)
    # Web.
    app_urls = special.UrlList(required=False)
    recording_domains = special.UrlList(**OPTIONAL)
    anonymize_ips = BooleanField(required=False)
    data_attributes = ListField(child=CharField(), required=False)
    path_cleaning_filters = special.PathCleaning(**OPTIONAL)
    # Onboarding.
    completed_snippet_onboarding = BooleanField(required=False)
    has_completed_onboarding_for = JsonObject(**OPTIONAL)
    onboarding_tasks = JsonObject(**OPTIONAL)
    is_demo = BooleanField(required=False)
    # Analytics.
    test_account_filters = special.PropertyFilters(required=False)
    test_account_filters_default_checked = BooleanField(**OPTIONAL)
    person_display_name_properties = ListField(child=CharField(), **OPTIONAL)
    correlation_config = JsonObject(**OPTIONAL)
    primary_dashboard = IntegerField(**OPTIONAL)
    live_events_columns = ListField(child=CharField(), **OPTIONAL)
    human_friendly_comparison_periods = BooleanField(**OPTIONAL)
    modifiers = JsonObject(**OPTIONAL)
    default_data_theme = IntegerField(**OPTIONAL)
    web_analytics_pre_aggregated_tables_enabled = BooleanField(**OPTIONAL)
    business_model = ChoiceField(choices=["b2b", "b2c", "other"], **OPTIONAL)
    cookieless_server_hash_mode = ChoiceField(choices=[0, 1, 2], **OPTIONAL)
    # Capture.
    autocapture_opt_out = BooleanField(**OPTIONAL)
    autocapture_exceptions_opt_in = BooleanField(**OPTIONAL)
    autocapture_exceptions_errors_to_ignore = ListField(child=CharField(), **OPTIONAL)
    autocapture_web_vitals_opt_in = BooleanField(**OPTIONAL)
    autocapture_web_vitals_allowed_metrics = ListField(child=CharField(), **OPTIONAL)
    capture_console_log_opt_in = BooleanField(**OPTIONAL)
    capture_performance_opt_in = BooleanField(**OPTIONAL)
    capture_dead_clicks = BooleanField(**OPTIONAL)
    heatmaps_opt_in = BooleanField(**OPTIONAL)
    surveys_opt_in = BooleanField(**OPTIONAL)
    survey_config = JsonObject(**OPTIONAL)
    # Session replay.
    session_recording_opt_in = BooleanField(required=False)
    session_recording_sample_rate = special.SampleRate(**OPTIONAL)
    session_recording_minimum_duration_milliseconds = IntegerField(min_value=0, max_value=30000, **OPTIONAL)
    session_recording_linked_flag = special.LinkedFlag(**OPTIONAL)
    session_recording_network_payload_capture_config = special.KnownKeys(
        {"recordHeaders": bool, "recordBody": bool}, **OPTIONAL
    )
    session_recording_masking_config = special.KnownKeys(
        {"maskAllInputs": bool, "maskTextSelector": str, "blockSelector": str}, **OPTIONAL
    )
    session_recording_url_trigger_config = special.UrlTriggers(**OPTIONAL)
    session_recording_url_blocklist_config = special.UrlTriggers(**OPTIONAL)
    session_recording_event_trigger_config = ListField(child=CharField(), **OPTIONAL)
    session_recording_trigger_match_type_config = ChoiceField(choices=["all", "any"], **OPTIONAL)
    session_recording_trigger_groups = special.TriggerGroups(**OPTIONAL)
    session_recording_retention_period = ChoiceField(choices=["30d", "90d", "1y", "5y"], required=False)
    session_replay_config = special.KnownKeys({"record_canvas": bool, "ai_config": dict}, **OPTIONAL)
    # Feature flags.
    flags_persistence_default = BooleanField(**OPTIONAL)
    feature_flag_confirmation_enabled = BooleanField(**OPTIONAL)
    feature_flag_confirmation_message = CharField(allow_blank=True, **OPTIONAL)
    default_evaluation_contexts_enabled = BooleanField(**OPTIONAL)
    require_evaluation_contexts = BooleanField(**OPTIONAL)
    # Other products.
    extra_settings = JsonObject(**OPTIONAL)
    receive_org_level_activity_logs = BooleanField(**OPTIONAL)
    conversations_enabled = BooleanField(**OPTIONAL)
    conversations_settings = JsonObject(**OPTIONAL)
    logs_settings = JsonObject(**OPTIONAL)
    proactive_tasks_enabled = BooleanField(**OPTIONAL)
    revenue_analytics_config = JsonObject(required=False)
    marketing_analytics_config = JsonObject(required=False)
    customer_analytics_config = JsonObject(required=False)
    workflows_config = JsonObject(required=False)

    def validate_access_control(self, value: Any) -> None:
        """The old switch is gone; only null is let through."""
        if value is not None:
            raise serializers.ValidationError("This field is deprecated. Use the access control API instead.")

    def validate_logs_settings(self, value: Any) -> Any:
        """Two retention times exist."""
        if value and value.get("retention_days", 14) not in (14, 30):
            raise serializers.ValidationError("retention_days must be 14 or 30.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A name may be used once per organization."""
        attrs.pop("access_control", None)
        organization: Organization = self.instance.organization if self.instance else self.context["organization"]
        if "name" in attrs:
            same = organization.projects.filter(name__iexact=attrs["name"], is_pending_deletion=False)
            if same.exclude(pk=self.instance.pk if self.instance else 0).exists():
                raise Conflict(f"There is already a project called {attrs['name']} in this organization.")
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Project:
        """A new project; configurations in the body are dropped without a word."""
        organization: Organization = self.context["organization"]
        name = validated_data.pop("name", None) or _free_name(organization)
        settings = {"anonymize_ips": organization.settings.get("default_anonymize_ips", False)}
        settings.update((key, value) for key, value in validated_data.items() if key not in CONFIGURATIONS)
        return Project.objects.create(organization=organization, name=name, settings=settings)

    def update(self, instance: Project, validated_data: dict[str, Any]) -> Project:
        """Change settings; some are merged, and the plan may ignore some."""
        for name, value in validated_data.items():
            if name in board.switches.silently_ignored_settings:
                continue
            if name == "name":
                instance.name = value
            else:
                stored = instance.settings.get(name, DEFAULTS.get(name))
                instance.settings[name] = merge(name, stored, value)
        instance.save()
        return instance


def _free_name(organization: Organization) -> str:
    """The name of a project that was created without one."""
    taken = {name.lower() for name in organization.projects.values_list("name", flat=True)}
    number = 1
    name = "Default project"
    while name.lower() in taken:
        number += 1
        name = f"Default project {number}"
    return name
