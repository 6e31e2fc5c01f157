"""The emulator runs, says what it is, and shows what is in it."""

from __future__ import annotations

import requests

from support.api import Api
from support.emulator import Emulator


def test_health_says_emulator(emulator: Emulator) -> None:
    assert "emulator" in requests.get(f"{emulator.url}/_health", timeout=5).text
    assert requests.get(f"{emulator.url}/_health", headers={"Accept": "application/json"}, timeout=5).json()["emulator"]


def test_the_front_page_shows_what_is_there(emulator: Emulator, api: Api) -> None:
    api.patch("projects/1/", {"timezone": "Europe/Berlin"})
    filters = {"groups": [{"rollout_percentage": 12.5}], "multivariate": None}
    api.post("projects/1/feature_flags/", {"key": "trends", "tags": ["growth"], "filters": filters})
    api.post("projects/1/cohorts/", {"name": "Engaged"})
    api.post("projects/1/actions/", {"name": "Connected", "steps": [{"event": "connected"}]})
    dashboard = api.post("projects/1/dashboards/", {"name": "Activation"})["id"]
    query = {"kind": "InsightVizNode", "source": {"kind": "FunnelsQuery"}}
    api.post("projects/1/insights/", {"name": "Onboarding", "query": query, "dashboards": [dashboard]})
    text = {"text": {"body": "## Notes\n<b>bold</b> **strong**"}, "layouts": {"sm": {"x": 6, "y": 2, "w": 9, "h": 3}}}
    api.patch(f"projects/1/dashboards/{dashboard}/", {"tiles": [text]})
    page = requests.get(emulator.url, timeout=5).text
    for part in ("not PostHog", "Europe/Berlin", "trends", "12.5 %", "growth", "Engaged", "connected", "Funnels"):
        assert part in page
    # Drawn in place, pulled back into the grid, and never as HTML of its own.
    assert "grid-column:4/span 9;grid-row:3/span 3" in page
    assert "&lt;b&gt;bold&lt;/b&gt; <strong>strong</strong>" in page
