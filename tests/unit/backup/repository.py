"""A repository of restic as the program sees it, of settings that say nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ansible_collections.rollout.posthog.plugins.module_utils.backup.restic import Restic


def repository(url: object, **more: Any) -> Restic:
    options = {"environment": {}, "url": str(url), "password": "of-repo", "cache": "/tmp", "options": [], **more}
    tried: Any = SimpleNamespace(name="posthog", repository=options)
    return Restic(tried)
