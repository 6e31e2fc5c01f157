# SPDX-License-Identifier: GPL-3.0-or-later
"""The labels by which Docker Compose and Swarm mark what is theirs.

Source: pkg/api/labels.go of docker/compose at 078c836f, cli/compose/convert/compose.go of docker/cli; those of a swarm
as the scenario `stack_swarm` meets them.
"""

from __future__ import annotations

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
HASH = "com.docker.compose.config-hash"
ONE_OFF = "com.docker.compose.oneoff"

#: Of a stack, which is what a project is to a swarm
NAMESPACE = "com.docker.stack.namespace"
#: On containers: `stack_service`, and `stack_service.1.id`
SWARM_SERVICE = "com.docker.swarm.service.name"
SWARM_TASK = "com.docker.swarm.task.name"
