# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of Sentry's functions by what becomes of a call when Sentry goes, and what does nothing at all."""

from __future__ import annotations

import re

from ..tree import Node

# Calls that give back what they were given, or what they were given does, without Sentry around it.
WRAPPER = re.compile(
    rb"withSentryConfig|wrap|withProfiler|withSentry|withSentryRouting|withSentryReactRouterV\dRouting|wrapUseRoutes(V\d)?"
    rb"|wrapCreateBrowserRouter(V\d)?|wrapCreateMemoryRouter(V\d)?|wrapHandler|wrapHandleErrorWithSentry"
    rb"|wrapApiHandlerWithSentry|wrapRouteHandlerWithSentry|wrapMiddlewareWithSentry|wrapServerComponentWithSentry"
    rb"|wrapGenerationFunctionWithSentry|wrapPageComponentWithSentry|wrapLoadWithSentry|wrapServerLoadWithSentry"
    rb"|wrap(App|Document|Error)?Get(InitialProps|StaticProps|ServerSideProps)WithSentry|wrapSentryHandleRequest"
    rb"|wrapServerRouteWithSentry|handleErrorWithSentry|reactErrorHandler|withSentryGatsby|getMetaTagTransformer|injectTraceMetaTags"
)
# Calls that run a function of the app, and give back what it gives back.
RUNNER = re.compile(
    rb"startSpan|startSpanManual|withScope|withIsolationScope|withActiveSpan|configureScope|continueTrace|withMonitor"
    rb"|suppressTracing|startNewTrace|runWithAsyncContext|trace|then"
)
# Calls whose value is Sentry's own thing, so that a name for it is a name of Sentry's.
GETTER = re.compile(
    rb"init|get[A-Z]\w*|startInactiveSpan|startTransaction|startChild|capture\w+|\w*[iI]ntegration|create\w*|lastEventId|replay\w*"
    rb"|sentry\w+|\w+(Plugin|Middleware|Transport|Serializer)"
)
# The functions of these callbacks get something of Sentry's.
GIVING = re.compile(rb"startSpan|startSpanManual|withScope|withIsolationScope|configureScope|then")


def reads_only(node: Node) -> bool:
    """Whether evaluating an expression does nothing."""
    active = ("call_expression", "new_expression", "await_expression", "assignment_expression", "update_expression")
    return not any(one.type in active for one in node.walk())
