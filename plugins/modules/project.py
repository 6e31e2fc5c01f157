#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: project
short_description: Manages a project of PostHog and its settings
description:
  - Creates, changes and deletes a project, and manages every setting that the API has.
  - Deleting a project deletes all of its data.
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
extends_documentation_fragment:
  - rollout.posthog.connection
  - rollout.posthog.connection.object
  - rollout.posthog.connection.action_group
options:
  name:
    description:
      - The name of the project, unique in the organization. Without it, O(project) names the project.
    type: str
  product_description:
    description:
      - What the product is.
    type: str
  timezone:
    description:
      - The time zone of the project, such as V(Europe/Berlin).
    type: str
  week_start_day:
    description:
      - The first day of the week; null is the region's custom.
    type: str
    choices: [sunday, monday]
  base_currency:
    description:
      - The ISO code of the currency for revenue.
    type: str
  business_model:
    description:
      - To whom the product is sold.
    type: str
    choices: [b2b, b2c, other]
  app_urls:
    description:
      - Addresses of the product at which the toolbar may be opened.
    type: list
    elements: str
  recording_domains:
    description:
      - Addresses at which sessions are recorded; none means everywhere.
    type: list
    elements: str
  anonymize_ips:
    description:
      - Whether addresses of visitors are discarded.
    type: bool
  is_demo:
    description:
      - Whether this is the demo project.
    type: bool
  completed_snippet_onboarding:
    description:
      - Whether the snippet was set up.
    type: bool
  has_completed_onboarding_for:
    description:
      - Products whose onboarding is done.
    type: dict
  onboarding_tasks:
    description:
      - The state of the onboarding.
    type: dict
  test_account_filters:
    description:
      - Filters that leave internal and test users out, as in a feature flag's conditions, of type
        V(event) unless written.
    type: list
    elements: dict
  test_account_filters_default_checked:
    description:
      - Whether new insights leave them out.
    type: bool
  path_cleaning_filters:
    description:
      - Rules with C(alias) and C(regex) that shorten paths.
    type: list
    elements: dict
  data_attributes:
    description:
      - HTML attributes by which actions recognise elements.
    type: list
    elements: str
  person_display_name_properties:
    description:
      - Properties that serve as a person's name, first found first.
    type: list
    elements: str
  live_events_columns:
    description:
      - The columns of the live view.
    type: list
    elements: str
  correlation_config:
    description:
      - What correlation analysis leaves out.
    type: dict
  autocapture_opt_out:
    description:
      - Whether clicks and the like are not captured by themselves.
    type: bool
  autocapture_exceptions_opt_in:
    description:
      - Whether errors are captured.
    type: bool
  autocapture_exceptions_errors_to_ignore:
    description:
      - Errors that are not captured.
    type: list
    elements: str
  autocapture_web_vitals_opt_in:
    description:
      - Whether web vitals are captured.
    type: bool
  autocapture_web_vitals_allowed_metrics:
    description:
      - Which web vitals are captured, such as V(LCP).
    type: list
    elements: str
  capture_console_log_opt_in:
    description:
      - Whether recordings hold the console's log.
    type: bool
  capture_performance_opt_in:
    description:
      - Whether recordings hold network timings.
    type: bool
  capture_dead_clicks:
    description:
      - Whether clicks without effect are captured.
    type: bool
  heatmaps_opt_in:
    description:
      - Whether heatmaps are captured.
    type: bool
  surveys_opt_in:
    description:
      - Whether surveys are shown.
    type: bool
  survey_config:
    description:
      - How surveys look.
    type: dict
  session_recording_opt_in:
    description:
      - Whether sessions are recorded.
    type: bool
  session_recording_sample_rate:
    description:
      - The share of sessions that is recorded, from 0 to 1 with two decimals; null is all.
    type: float
  session_recording_minimum_duration_milliseconds:
    description:
      - Sessions that are shorter are not kept, 0 to 30000.
    type: int
  session_recording_linked_flag:
    description:
      - "A flag that starts recordings, as its key or as C({flag: key, variant: name})."
    type: raw
  session_recording_network_payload_capture_config:
    description:
      - Whether C(recordHeaders) and C(recordBody) of network requests are kept.
    type: dict
  session_recording_masking_config:
    description:
      - What recordings hide, with C(maskAllInputs), C(maskTextSelector) and C(blockSelector).
    type: dict
  session_recording_url_trigger_config:
    description:
      - Pages that start a recording, with C(url) as a regular expression.
    type: list
    elements: dict
  session_recording_url_blocklist_config:
    description:
      - Pages that pause a recording, with C(url) as a regular expression.
    type: list
    elements: dict
  session_recording_event_trigger_config:
    description:
      - Events that start a recording.
    type: list
    elements: str
  session_recording_trigger_match_type_config:
    description:
      - Whether all or any of the triggers must be met.
    type: str
    choices: [all, any]
  session_recording_trigger_groups:
    description:
      - Groups of triggers in PostHog's own form; they win over the fields above.
    type: dict
  session_recording_retention_period:
    description:
      - How long recordings are kept.
    type: str
    choices: [30d, 90d, 1y, 5y]
  session_replay_config:
    description:
      - More on recordings in PostHog's own form.
    type: dict
  primary_dashboard:
    description:
      - The dashboard on the home page, by name.
    type: raw
  cookieless_server_hash_mode:
    description:
      - How visitors without cookies are told apart.
    type: str
    choices: [disabled, stateless, stateful]
  human_friendly_comparison_periods:
    description:
      - Whether periods compare by weekdays.
    type: bool
  extra_settings:
    description:
      - Settings without a field of their own.
    type: dict
  modifiers:
    description:
      - How queries are run, in PostHog's own form.
    type: dict
  flags_persistence_default:
    description:
      - Whether new flags keep their value across logins.
    type: bool
  feature_flag_confirmation_enabled:
    description:
      - Whether changes of flags ask for confirmation.
    type: bool
  feature_flag_confirmation_message:
    description:
      - What they ask.
    type: str
  default_evaluation_contexts_enabled:
    description:
      - Whether new flags get the default contexts.
    type: bool
  require_evaluation_contexts:
    description:
      - Whether new flags must have contexts.
    type: bool
  default_data_theme:
    description:
      - The id of the color theme.
    type: int
  web_analytics_pre_aggregated_tables_enabled:
    description:
      - Whether web analytics reads prepared tables.
    type: bool
  receive_org_level_activity_logs:
    description:
      - Whether the organization's activity shows up in the project's log.
    type: bool
  conversations_enabled:
    description:
      - Whether conversations are on.
    type: bool
  conversations_settings:
    description:
      - How conversations work. Keys that are not written stay as they are.
    type: dict
  logs_settings:
    description:
      - "How logs are kept, such as C({retention_days: 30})."
    type: dict
  proactive_tasks_enabled:
    description:
      - Whether PostHog suggests tasks.
    type: bool
  revenue_analytics_config:
    description:
      - Revenue analytics. Keys that are not written stay as they are.
    type: dict
  marketing_analytics_config:
    description:
      - Marketing analytics. Keys that are not written stay as they are.
    type: dict
  customer_analytics_config:
    description:
      - Customer analytics. Keys that are not written stay as they are.
    type: dict
  workflows_config:
    description:
      - Workflows. Keys that are not written stay as they are.
    type: dict
"""

EXAMPLES = r"""
- name: The project keeps no addresses and masks what people type
  rollout.posthog.project:
    name: impact-analytics
    timezone: Europe/Berlin
    anonymize_ips: true
    session_recording_opt_in: true
    session_recording_sample_rate: 0.5
    session_recording_masking_config: {maskAllInputs: true}
"""

RETURN = r"""
action:
  description: What was done, or in check mode would be done.
  returned: success
  type: str
  sample: updated
object:
  description: The object as it is now, in the form in which it is written in a task. Secrets are left out.
  returned: success
  type: dict
id:
  description: The id of the object. It is V((known after apply\)) in check mode for an object that does not exist yet.
  returned: success
  type: raw
  sample: 17
requests:
  description: How many requests were sent.
  returned: success
  type: int
  sample: 2
waited:
  description: How many seconds the task waited because PostHog limits the rate of requests.
  returned: success
  type: float
  sample: 0.0
failure:
  description: What the server said, when it refused a request.
  returned: when the server answered with an error
  type: dict
  sample: {method: POST, path: /api/projects/1/feature_flags/, status: 400, code: unique, attr: key}
"""

from ansible_collections.rollout.posthog.plugins.module_utils.kinds.project import Project
from ansible_collections.rollout.posthog.plugins.module_utils.task import run_one


def main() -> None:
    run_one(Project())


if __name__ == "__main__":
    main()
