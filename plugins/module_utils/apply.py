# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out the changes of many objects: in order, and side by side where order allows."""

from __future__ import annotations

import graphlib
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue

from .client import Client
from .directory import Directory
from .errors import Orphaned, RolloutError, Throttled, Unreachable
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
        finished: set[Node] = set()
        # A queue, since waiting on a thousand futures at once takes longer each time than one of them.
        ended: SimpleQueue[tuple[Node, Future[bool]]] = SimpleQueue()
        running = 0
        with ThreadPoolExecutor(self.client.connection.concurrency) as pool:
            ready = list(sorter.get_ready())
            while ready or running:
                for node in ready:
                    if self.has_work(node):
                        running += 1
                        pool.submit(self.attempt, node).add_done_callback(partial(put, ended, node))
                    else:
                        sorter.done(node)
                        finished.add(node)
                ready = list(sorter.get_ready())
                if not ready and running:
                    node, future = ended.get()
                    running -= 1
                    if self.ended_well(node, future):
                        sorter.done(node)
                        finished.add(node)
                    ready = list(sorter.get_ready())
        self.report(finished)

    def ended_well(self, node: Node, future: Future[bool]) -> bool:
        try:
            return future.result()
        except RolloutError as problem:
            self.outcome.failures.append((self.changes[node[0]].title, problem))
            return False

    def attempt(self, node: Node) -> bool:
        """Carries a node out, unless the run was given up."""
        if self._stopped:
            return False
        try:
            self.carry_out(node)
        except RolloutError as problem:
            # Here rather than where the result is looked at: this thread takes up the next node at once.
            self._stopped = self._stopped or hopeless(problem)
            raise
        return True


def put(queue: SimpleQueue[tuple[Node, Future[bool]]], node: Node, future: Future[bool]) -> None:
    queue.put((node, future))


def hopeless(problem: RolloutError) -> bool:
    """Whoever is not let in, not connected, told to wait too long or no longer wanted would only fail again."""
    return isinstance(problem, (Orphaned, Throttled, Unreachable)) or getattr(problem, "status", None) == 401
