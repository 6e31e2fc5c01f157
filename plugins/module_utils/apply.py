# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out the changes of many objects: in order, and side by side where order allows."""

from __future__ import annotations

import graphlib
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from .client import Client
from .directory import Directory
from .errors import RolloutError, Throttled, Unreachable
from .plan import Change, Node
from .scope import Scope
from .together import order, refuse_shared
from .write import Writer


class Applier(Writer):
    """Raises Invalid for changes that cannot be carried out together."""

    def __init__(self, client: Client, scope: Scope, directory: Directory, changes: list[Change]) -> None:
        super().__init__(client, scope, directory, changes)
        refuse_shared(changes)
        self.order = order(changes)
        self._stopped = False

    def run(self) -> None:
        """Raises Partial when something failed; what does not depend on it is done all the same."""
        sorter: graphlib.TopologicalSorter[Node] = graphlib.TopologicalSorter(self.order)
        sorter.prepare()
        running: dict[Future[None], Node] = {}
        finished: set[Node] = set()
        with ThreadPoolExecutor(self.client.connection.concurrency) as pool:
            ready = list(sorter.get_ready())
            while ready or running:
                for node in ready:
                    if self.has_work(node):
                        running[pool.submit(self.carry_out, node)] = node
                    else:
                        sorter.done(node)
                        finished.add(node)
                ready = list(sorter.get_ready())
                if not ready and running:
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        node = running.pop(future)
                        if self.ended_well(node, future):
                            sorter.done(node)
                            finished.add(node)
                    ready = list(sorter.get_ready())
        self.report(finished)

    def ended_well(self, node: Node, future: Future[None]) -> bool:
        problem = future.exception()
        if isinstance(problem, RolloutError):
            self.outcome.failures.append((self.changes[node[0]].title, problem))
            # Whoever is not let in, not connected or told to wait too long would only fail again.
            if isinstance(problem, (Throttled, Unreachable)) or getattr(problem, "status", None) == 401:
                self._stopped = True
            return False
        if problem is not None:
            raise problem
        return not self._stopped

    def carry_out(self, node: Node) -> None:
        if not self._stopped:
            super().carry_out(node)
