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
