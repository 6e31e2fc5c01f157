# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All kinds that a whole project is made of, in the order in which a person would list them."""

from __future__ import annotations

from ..resource import Kind
from .action import Action
from .cohort import Cohort
from .dashboard import Dashboard
from .feature_flag import FeatureFlag
from .insight import Insight
from .project import Project

PROJECT = Project()
KINDS: tuple[Kind, ...] = (FeatureFlag(), Cohort(), Action(), Insight(), Dashboard())
