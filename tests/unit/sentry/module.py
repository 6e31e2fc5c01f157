"""The module sentry_removal as Ansible runs it, in this process."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.rollout.posthog.plugins.modules import sentry_removal


def task(path: Path, **options: Any) -> dict[str, Any]:
    written = io.StringIO()
    arguments = patch_module_args({"path": str(path), **options})
    # Tests of plugins make this process Ansible's controller, which shows warnings instead of returning them.
    on_host = mock.patch("ansible.module_utils._internal.is_controller", False)
    with arguments, on_host, contextlib.redirect_stdout(written), pytest.raises(SystemExit):
        sentry_removal.main()
    answer: dict[str, Any] = json.loads(written.getvalue())
    return answer
