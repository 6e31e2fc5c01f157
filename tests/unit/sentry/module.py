"""The module sentry_removal as Ansible runs it, in this process."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.rollout.posthog.plugins.modules import sentry_removal


def task(path: Path, **options: Any) -> dict[str, Any]:
    written = io.StringIO()
    arguments = patch_module_args({"path": str(path), **options})
    with arguments, contextlib.redirect_stdout(written), pytest.raises(SystemExit):
        sentry_removal.main()
    answer: dict[str, Any] = json.loads(written.getvalue())
    return answer
