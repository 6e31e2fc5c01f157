# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What starts Sentry, and what it hooks into frameworks: PostHog is started and hooked in instead."""

from __future__ import annotations

import re

from ...javascript.code import Code
from ...javascript.names import FUNCTIONS, PACKAGE, arguments, callee_name, string_value
from ...javascript.patterns import parameter_names
from ...tree import Node
from .calls import is_sentrys_call, is_statement, of_sentry, report_first
from .scene import BROWSER, SERVER
from .speech import CLIENT, Import, Speech

# Version 7 had middleware; that for errors was app.use(Sentry.Handlers.errorHandler()).
ERROR_MIDDLEWARE = re.compile(rb"errorHandler|expressErrorHandler")
NEST_FILTERS = re.compile(rb"SentryGlobalFilter|SentryGlobalGenericFilter|SentryGlobalGraphQLFilter")


def replace_starts(code: Code, speech: Speech) -> None:
    for call in code.tree.of_type("call_expression"):
        name = code.names.original_name(call)
        if name == b"init" and code.names.rooted(call) and is_statement(call) and not of_sentry(code, call):
            replace_init(code, speech, call)
        elif speech.on_server and code.names.rooted(call) and is_statement(call):
            replace_setup(code, speech, call, name)
        elif speech.on_server and callee_name(call) == b"use":
            replace_error_middleware(code, speech, call)


def replace_init(code: Code, speech: Speech, call: Node) -> None:
    """The browser's client is started where Sentry was; a server's is made by the file that it is imported from."""
    if speech.scene.starts_elsewhere(code.path):
        return
    if speech.on_server:
        speech.want_effect(SERVER)
        return  # The call itself goes by the usual rules.
    # Where the application starts posthog-js already, it goes on doing so in its own way.
    if speech.scene.has("posthog-js") or not code.free(call.start, call.end):
        return
    text = b"initPostHog()"
    settings = arguments(call)[0] if arguments(call) else None
    app = vue_app(settings)
    if app is not None and b".config.errorHandler" not in code.text:
        end = b";" if code.text[call.end : call.end + 1] == b";" else b""
        line = b"\n" + code.indentation(call.start)
        text += end + line + app + b".config.errorHandler = (error, _instance, info) => "
        text += speech.report + b"(error, { info })"
        speech.want()
    code.replace(call.start, call.end, text)
    speech.want(speech.local("initPostHog", BROWSER))


def vue_app(settings: Node | None) -> bytes | None:
    """The application that Sentry watches: `init({ app, ... })`. Vue keeps errors of components to itself."""
    for one in settings.items if settings is not None and settings.type == "object" else ():
        if one.type == "shorthand_property_identifier" and one.text == b"app":
            return one.text
        key, value = one.get("key"), one.get("value")
        if key is not None and value is not None and key.text == b"app" and value.type == "identifier":
            return value.text
    return None


def replace_setup(code: Code, speech: Speech, call: Node, name: bytes) -> None:
    given = arguments(call)
    app = given[0] if given else None
    if app is None or app.type not in ("identifier", "member_expression") or not code.free(call.start, call.end):
        return
    if name == b"setupExpressErrorHandler":
        set_up_express(code, speech, call, app)
    elif name == b"setupFastifyErrorHandler":
        hook = b'.addHook("onError", async (_request, _reply, error) => ' + speech.report + b"(error))"
        code.replace(call.start, call.end, app.text + hook)
    elif name == b"setupKoaErrorHandler":
        hook = b'.on("error", (error) => ' + speech.report + b"(error))"
        code.replace(call.start, call.end, app.text + hook)
    else:
        return
    speech.want()


def set_up_express(code: Code, speech: Speech, call: Node, app: Node) -> None:
    code.replace(call.start, call.end, b"setupExpressErrorHandler(" + CLIENT + b", " + app.text + b")")
    speech.want(Import("setupExpressErrorHandler", "posthog-node"))


def replace_error_middleware(code: Code, speech: Speech, call: Node) -> None:
    called, given = call.get("function"), arguments(call)
    app = called.get("object") if called is not None and called.type == "member_expression" else None
    if app is None or len(given) != 1 or given[0].type != "call_expression" or not is_statement(call):
        return
    inner = given[0]
    if ERROR_MIDDLEWARE.fullmatch(callee_name(inner)) and code.names.rooted(inner) and code.free(call.start, call.end):
        set_up_express(code, speech, call, app)
        speech.want()


def replace_hooks(code: Code, speech: Speech) -> None:
    """`export const onRequestError = Sentry.captureRequestError` and SvelteKit's `handleErrorWithSentry()`."""
    for node in code.tree.of_type("variable_declarator"):
        name, value = node.get("name"), node.get("value")
        exported = (
            node.parent is not None and node.parent.parent is not None and node.parent.parent.type == "export_statement"
        )
        if name is None or value is None or not exported or not code.free(value.start, value.end):
            continue
        if name.text == b"onRequestError" and code.names.rooted(value) and value.text.endswith(b"captureRequestError"):
            code.replace(value.start, value.end, b"captureRequestError")
            speech.want(speech.local("captureRequestError", SERVER))
        elif name.text == b"handleError" and is_error_hook(code, value):
            replace_error_hook(code, speech, node, value)
    for specifier in code.tree.of_type("export_specifier"):
        replace_reexport(code, speech, specifier)


def replace_error_hook(code: Code, speech: Speech, declarator: Node, call: Node) -> None:
    """Sentry's hook, with or without one of the application's in it."""
    name = declarator.get("name")
    if code.tree.language != "javascript" and name is not None and declarator.get("type") is None:
        hook = "HandleServerError" if speech.on_server else "HandleClientError"
        code.replace(name.end, name.end, f": {hook}".encode())
        speech.want(Import(hook, "@sveltejs/kit", is_type=True))
    report = speech.report + b"(error);"
    inner = arguments(call)[0] if arguments(call) else None
    if inner is None:
        code.replace(call.start, call.end, b"({ error }) => {\n" + code.step + report + b"\n}")
        speech.want()
    elif inner.type == "identifier":
        rest = b";\n" + code.step + b"return " + inner.text + b"(input);\n}"
        code.replace(call.start, call.end, b"(input) => {\n" + code.step + speech.report + b"(input.error)" + rest)
        speech.want()
    elif inner.type in FUNCTIONS and b"error" in {one.text for one in parameter_names(inner)}:
        report_first(code, speech, call, inner, b"error")


def is_error_hook(code: Code, value: Node) -> bool:
    return is_sentrys_call(code, value) and code.names.original_name(value) == b"handleErrorWithSentry"


def replace_reexport(code: Code, speech: Speech, specifier: Node) -> None:
    """`export { captureRequestError as onRequestError } from "@sentry/nextjs"`"""
    name, alias = specifier.get("name"), specifier.get("alias")
    statement = specifier.inside("export_statement")
    module = statement.get("source") if statement is not None else None
    if name is None or alias is None or statement is None or module is None or alias.text != b"onRequestError":
        return
    alone = len(code.tree.of_type("export_specifier")) == 1
    if name.text == b"captureRequestError" and PACKAGE.match(string_value(module) or b"") and alone:
        quote = module.text[:1]
        path = speech.local("captureRequestError", SERVER).module.encode()
        code.replace(module.start, module.end, quote + path + quote)


def replace_providers(code: Code, speech: Speech) -> None:
    """Nest: `{ provide: APP_FILTER, useClass: SentryGlobalFilter }` in a list of providers."""
    for node in code.tree.of_type("object"):
        pairs = {key.text: one.get("value") for one in node.items if (key := one.get("key")) is not None}
        token, filter = pairs.get(b"provide"), pairs.get(b"useClass")
        if not speech.on_server or token is None or filter is None or token.text != b"APP_FILTER":
            continue
        if not code.names.rooted(filter) or not NEST_FILTERS.search(filter.text) or not code.free(node.start, node.end):
            continue
        interceptor = b"new PostHogInterceptor(" + CLIENT + b", { captureExceptions: true })"
        code.replace(node.start, node.end, b"{ provide: APP_INTERCEPTOR, useValue: " + interceptor + b" }")
        speech.want(Import("PostHogInterceptor", "posthog-node/nestjs"))
        speech.want(Import("APP_INTERCEPTOR", "@nestjs/core"))
        speech.want()
