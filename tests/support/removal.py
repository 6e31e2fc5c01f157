"""The removal of Sentry as tests run it, in this process."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, Removal, plan_removal
from ansible_collections.rollout.posthog.plugins.modules import sentry_removal

CODE = 'import * as Sentry from "@sentry/node";\nSentry.init();\nrun();\n'


def task(path: Path, **options: Any) -> dict[str, Any]:
    """What the module answers."""
    written = io.StringIO()
    arguments = patch_module_args({"path": str(path), **options})
    # Tests of plugins make this process Ansible's controller, which shows warnings instead of returning them.
    on_host = mock.patch("ansible.module_utils._internal.is_controller", False)
    with arguments, on_host, contextlib.redirect_stdout(written), pytest.raises(SystemExit):
        sentry_removal.main()
    answer: dict[str, Any] = json.loads(written.getvalue())
    return answer


def remove(root: Path, **options: Any) -> Removal:
    """A removal without the module around it, carried out."""
    removal = plan_removal(str(root), Options(**options))
    removal.write()
    return removal
