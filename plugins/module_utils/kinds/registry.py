# SPDX-License-Identifier: GPL-3.0-or-later
"""Where every kind is found. One line per kind: a kind can be named by others without importing its declaration."""

from __future__ import annotations

from ..endpoint import Endpoint

ENDPOINTS = {
    endpoint.kind: endpoint
    for endpoint in (
        Endpoint("project", "projects", "name", basic=True, searchable=True),
        Endpoint("group_type", "groups_types", "group_type", id="group_type_index", unpaged=True),
        Endpoint("feature_flag", "feature_flags", "key", searchable=True, hidden={"archived": "true"}),
        Endpoint("cohort", "cohorts", "name", searchable=True),
        Endpoint("action", "actions", "name", unpaged=True, searchable=True),
        # The default order of insights is a nullable column, which makes offset pages unstable (reference 0).
        Endpoint("insight", "insights", "name", params={"basic": "true", "order": "id"}),
        Endpoint("dashboard", "dashboards", "name", basic=True),
    )
}
