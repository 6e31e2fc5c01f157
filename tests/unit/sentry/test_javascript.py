"""The rules for JavaScript and TypeScript, one small text each: what goes, and what has to stay."""

from __future__ import annotations

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.javascript.component import edit_component
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.javascript.script import edit_script
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.tree import Unparsable

STAR = 'import * as Sentry from "@sentry/node";\n'


def edited(text: str, path: str = "src/a.ts") -> str:
    return edit_script(path, text.encode()).draft.text.decode()


GOES = {
    "a span of version 7": (
        STAR
        + "const t = Sentry.startTransaction({});\nconst s = t.startChild({});\nrun();\ns.finish();\nt.finish();\n",
        "run();\n",
    ),
    "around a handler of React's": (
        STAR + "f({ onError: Sentry.reactErrorHandler(tell) });\n",
        "f({ onError: tell });\n",
    ),
    "namespace import": (STAR + "run();\n", "run();\n"),
    "side effect import": ('import "@sentry/tracing";\nrun();\n', "run();\n"),
    "type import": ('import type { Event } from "@sentry/node";\nrun();\n', "run();\n"),
    "default and named": ('import S, { a } from "@sentry/x";\nS.init();\nrun();\n', "run();\n"),
    "alias": ('import { captureException as tell } from "@sentry/x";\ntell(1);\nrun();\n', "run();\n"),
    "require": ('const S = require("@sentry/node");\nS.init();\nrun();\n', "run();\n"),
    "bare require": ('require("@sentry/node").init();\nrun();\n', "run();\n"),
    "destructured require": ('const { init: start } = require("@sentry/node");\nstart();\nrun();\n', "run();\n"),
    "import require": ('import S = require("@sentry/node");\nS.init();\nrun();\n', "run();\n"),
    "dynamic import": ('if (a) {\n  await import("@sentry/node");\n}\nrun();\n', "run();\n"),
    "awaited": (STAR + "await Sentry.flush(2000);\nrun();\n", "run();\n"),
    "void": (STAR + "void Sentry.close();\nrun();\n", "run();\n"),
    "short circuit": (STAR + "a && Sentry.setUser(null);\nrun();\n", "run();\n"),
    "ternary statement": (STAR + "a ? Sentry.setUser(a) : Sentry.setUser(null);\nrun();\n", "run();\n"),
    "if with else": (STAR + "if (a) {\n  Sentry.x();\n} else {\n  Sentry.y();\n}\nrun();\n", "run();\n"),
    "else alone": (STAR + "if (a) {\n  b();\n} else {\n  Sentry.y();\n}\n", "if (a) {\n  b();\n}\n"),
    "else if": (STAR + "if (a) {\n  b();\n} else if (c) {\n  Sentry.y();\n}\n", "if (a) {\n  b();\n}\n"),
    "no braces": (STAR + "for (const a of b()) Sentry.x(a);\n", "for (const a of b()) {}\n"),
    "case": (
        STAR + "switch (a) {\n  case 1:\n    Sentry.x();\n    b();\n}\n",
        "switch (a) {\n  case 1:\n    b();\n}\n",
    ),
    "try": (STAR + "try {\n  Sentry.init();\n} catch (e) {\n  log(e);\n}\nrun();\n", "run();\n"),
    "announcement": (STAR + "if (a) {\n  Sentry.init();\n  console.log('Sentry is on');\n}\nrun();\n", "run();\n"),
    "loaded late": (
        "let Sentry;\ntry {\n  Sentry = require('@sentry/node');\n} catch (e) {\n  Sentry = null;\n}\n"
        "if (Sentry) {\n  Sentry.init();\n}\nrun();\n",
        "run();\n",
    ),
    "several declarations": (
        "const a = 1, S = require('@sentry/node');\nS.init();\nrun(a);\n",
        "const a = 1;\nrun(a);\n",
    ),
    "first of several": ("var S = require('@sentry/node'),\n  a = 1;\nS.init();\nrun(a);\n", "var a = 1;\nrun(a);\n"),
    "derived name": (STAR + "const scope = Sentry.getCurrentScope();\nscope.setTag(1, 2);\nrun();\n", "run();\n"),
    "derived functions": (STAR + "const { setTag } = Sentry;\nsetTag(1);\nrun();\n", "run();\n"),
    "emptied function": (STAR + "function start() {\n  Sentry.init();\n}\nstart();\nrun();\n", "run();\n"),
    "function that starts once": (
        STAR + "let on = false;\n\nfunction start() {\n  if (on) return;\n  on = true;\n  Sentry.init();\n}\n"
        "start();\nrun();\n",
        "run();\n",
    ),
    "function that warns": (
        STAR
        + "function start() {\n  if (!dsn) {\n    console.warn('No Sentry');\n    return;\n  }\n  Sentry.init();\n}\n"
        "start();\nrun();\n",
        "run();\n",
    ),
    "function that hands on": (
        STAR + "const tell = (e) => Sentry.captureException(e);\ntell(1);\nrun();\n",
        "run();\n",
    ),
    "comment of a declaration": (STAR + "/** How. */\nconst how = { a: 1 };\nSentry.init(how);\nrun();\n", "run();\n"),
    "emptied arrow": (STAR + "const start = () => Sentry.init();\nstart();\nrun();\n", "run();\n"),
    "arrow body": (STAR + "on((e) => Sentry.captureException(e));\n", "on((e) => {});\n"),
    "handed to catch": (STAR + "p.catch(Sentry.captureException);\n", "p.catch(() => {});\n"),
    "comment that mentions it": (STAR + "// Sentry first\nSentry.init();\nrun();\n", "run();\n"),
    "comment for a tool": (STAR + "// eslint-disable-next-line\nSentry.init();\nrun();\n", "run();\n"),
    "comment behind": (STAR + "Sentry.init(); // now\nrun();\n", "run();\n"),
    "wrapper": ('import { wrap } from "@sentry/x";\nexport default wrap(App);\n', "export default App;\n"),
    "curried wrapper": (
        'import { withSentry } from "@sentry/x";\nexport default withSentry(() => 1)(2);\n',
        "export default (() => 1)(2);\n",
    ),
    "wrapper over several lines": (
        'import { wrap } from "@sentry/x";\nexport default wrap(\n  make({\n    a: 1,\n  }),\n  { b: 2 },\n);\n',
        "export default make({\n  a: 1,\n});\n",
    ),
    "name for what was wrapped": (
        'import { wrap } from "@sentry/x";\nconst App = make();\nconst SentryApp = wrap(App);\n\nshow(SentryApp);\n',
        "const App = make();\n\nshow(App);\n",
    ),
    "comment above what was wrapped": (
        'import { wrap } from "@sentry/x";\n// Sentry has to be last\nexport default wrap(App);\n',
        "export default App;\n",
    ),
    "pass through": (STAR + "pipe(Sentry.getMetaTagTransformer(body));\n", "pipe(body);\n"),
    "line that an installer left": (
        "run();\n\n// Injected by the Sentry wizard\n\n" + STAR + "Sentry.init();\n",
        "run();\n",
    ),
    "options that something makes for Sentry": (
        STAR + 'import { makeSentryOptions } from "./a";\nconst options = makeSentryOptions();\n'
        "if (options) {\n  Sentry.init(options);\n}\nrun();\n",
        "run();\n",
    ),
    "options of a type of Sentry's": (
        STAR + "const options: Sentry.NodeOptions = { dsn: env().DSN };\nSentry.init(options);\nrun();\n",
        "run();\n",
    ),
    "last option": (STAR + "start({\n  onError: Sentry.reactErrorHandler(),\n});\n", "start({});\n"),
    "handler that only told": (
        STAR + "start({ a: 1, onError: (e) => Sentry.captureException(e) });\n",
        "start({ a: 1 });\n",
    ),
    "global handler": (
        STAR + "app.config.errorHandler = (e) => {\n  Sentry.captureException(e);\n};\nrun();\n",
        "run();\n",
    ),
    "plugin in a condition": (
        STAR
        + "const sentry = on ? Sentry.sentryVitePlugin({}) : null;\nplugins([a(), ...(sentry ? [sentry] : [])]);\n",
        "plugins([a()]);\n",
    ),
    "plugins in a condition": (
        STAR
        + "const sentry = on\n  ? [\n      Sentry.sentryVitePlugin({}),\n    ]\n  : [];\nplugins([a(), ...sentry]);\n",
        "plugins([a()]);\n",
    ),
    "pushed": (
        STAR + "const all = [a()];\nif (on) {\n  all.push(Sentry.plugin());\n}\nrun(all);\n",
        "const all = [a()];\nrun(all);\n",
    ),
    "scope that the app does not need": (
        STAR + "Sentry.withScope((scope) => {\n  scope.setTag(1);\n  work();\n});\n",
        "work();\n",
    ),
    "span that is returned": (
        STAR + "async function f() {\n  return await Sentry.startSpan({}, async (span) => {\n    const a = await b();\n"
        "    span?.setAttribute(1);\n    return a;\n  });\n}\n",
        "async function f() {\n  const a = await b();\n  return a;\n}\n",
    ),
    "span as a statement": (
        STAR + "async function f() {\n  await Sentry.startSpan({}, async () => {\n    await a();\n"
        "    // b\n    await b();\n  });\n"
        "  c();\n}\n",
        "async function f() {\n  await a();\n  // b\n  await b();\n  c();\n}\n",
    ),
    "span as a body": (
        STAR + "const f = async (a) =>\n  Sentry.startSpan({}, async () => {\n    return a;\n  });\n",
        "const f = async (a) => {\n  return a;\n};\n",
    ),
    "span of a parameter": (
        STAR + "const f = <T,>(work: () => Promise<T>) => Sentry.startSpan({}, work);\n",
        "const f = <T,>(work: () => Promise<T>) => work();\n",
    ),
    "span": (STAR + "const a = Sentry.startSpan({ name: 'b' }, () => c());\n", "const a = c();\n"),
    "span with a block": (
        STAR + "const a = await Sentry.startSpan({ name: 'b' }, async () => {\n  return c();\n});\n",
        "const a = await (async () => {\n  return c();\n})();\n",
    ),
    "lost import": (STAR + 'import { a, b } from "x";\nSentry.init(a);\nb();\n', 'import { b } from "x";\nb();\n'),
    "lost default import": (
        STAR + 'import a, { b } from "x";\nSentry.init(a);\nb();\n',
        'import { b } from "x";\nb();\n',
    ),
    "lost namespace": (STAR + 'import a, * as b from "x";\nSentry.init(b);\na();\n', 'import a from "x";\na();\n'),
    "lost only named": (STAR + 'import a, { b } from "x";\nSentry.init(b);\na();\n', 'import a from "x";\na();\n'),
    "lost function": (STAR + "function filter(e) {\n  return e;\n}\nSentry.init({ filter });\nrun();\n", "run();\n"),
    "lost type": (STAR + "type A = { b: 1 };\nSentry.init({} as A);\nrun();\n", "run();\n"),
    "several argument lists": (STAR + "compose(Sentry.a(), b(), Sentry.c());\n", "compose(b());\n"),
    "export clause": (
        'export { captureRequestError as onRequestError } from "@sentry/nextjs";\nrun();\n',
        "run();\n",
    ),
    "hook among exports": (
        'import { captureRequestError } from "@sentry/nextjs";\nconst a = 1;\n'
        "export { a, captureRequestError as onRequestError };\n",
        "const a = 1;\nexport { a };\n",
    ),
    "handler option": (STAR + "start({ a: 1, onCaughtError: Sentry.reactErrorHandler() });\n", "start({ a: 1 });\n"),
    "element by condition": (STAR + "plugins([a(), b && Sentry.plugin()]);\n", "plugins([a()]);\n"),
    "first of one line": (STAR + "plugins([Sentry.plugin(), a()]);\n", "plugins([a()]);\n"),
    "carriage returns": (STAR.replace("\n", "\r\n") + "Sentry.init();\r\nrun();\r\n", "run();\r\n"),
    "no final newline": (STAR + "run();\nSentry.init();", "run();\n"),
}


@pytest.mark.parametrize("name", GOES)
def test_goes(name: str) -> None:
    before, after = GOES[name]
    assert edited(before) == after
    assert edited(after) == after


STAYS = {
    "something else later": "let a = null;\na = require('@sentry/node');\na = other();\na.init();\n",
    "shadowed by a parameter": "export const f = (Sentry) => Sentry.captureException(1);\n",
    "a name of the app's": 'import * as Sentry from "./sentry-like";\nSentry.init();\n',
    "value returned": STAR + "export function f(e) {\n  return Sentry.captureException(e);\n}\n",
    "value kept": STAR + "const id = Sentry.captureException(e);\nshow(id);\n",
    "scope with the app's work": STAR + "Sentry.withScope((scope) => {\n  scope.setTag(1, 2);\n  work(scope);\n});\n",
    "span with a parameter": STAR + "Sentry.startSpan({}, (span) => {\n  work(span);\n});\n",
    "error boundary": STAR + "export const a = Sentry.ErrorBoundary;\n",
    "flag that others read": (
        "let on = false;\nexport function start() {\n  on = true;\n}\nexport const isOn = () => on;\nstart();\n"
    ),
    "span of something": STAR + "const f = (work: (a?: string) => void) => Sentry.startSpan({}, work);\n",
    "span with a default": STAR + "Sentry.startSpan({}, (span = make()) => {\n  work();\n});\n",
    "several emptied": "start({\n});\n",
    "class": STAR + "export class A extends Sentry.Client {}\n",
    "handed around": STAR + "logger.setSentry(Sentry);\n",
    "unknown wrapper": STAR + "const app = Sentry.instrument(server);\napp.listen();\n",
    "export of everything": 'export * from "@sentry/node";\n',
    "assignment inside": STAR + "Sentry.setTag('a', (count += 1));\n",
    "app's promise": STAR + "Sentry.startSpan({}, (s) => pay(s)).then(() => ship());\n",
    "text": "const sponsors = ['Sentry', '@sentry/node'];\n",
    "empty if of the app's": "if (a) {\n}\nb = b;\n",
    "unused import of the app's": 'import { a } from "b";\nrun();\n',
}


@pytest.mark.parametrize("name", STAYS)
def test_stays(name: str) -> None:
    assert edited(STAYS[name]) == STAYS[name]


def test_a_condition_that_does_something_stays() -> None:
    assert edited(STAR + "if (check()) {\n  Sentry.init();\n}\n") == "if (check()) {\n}\n"


def test_a_comment_of_the_apps_stays() -> None:
    assert edited(STAR + "// The order matters\nSentry.init();\nrun();\n") == "// The order matters\nrun();\n"


def test_an_empty_catch_is_reported() -> None:
    script = edit_script("a.ts", (STAR + "try {\n  a();\n} catch (e) {\n  Sentry.captureException(e);\n}\n").encode())
    assert script.draft.text == b"try {\n  a();\n} catch (e) {\n}\n"
    assert [one.reason for one in script.notes] == ["This catch only told Sentry, and is empty now."]


def test_a_block_whose_names_are_taken_stays_a_function() -> None:
    text = (
        STAR + "function f() {\n  Sentry.startSpan({}, () => {\n    const a = 1;\n    b(a);\n  });\n  const a = 2;\n}\n"
    )
    assert edited(text) == "function f() {\n  (() => {\n    const a = 1;\n    b(a);\n  })();\n  const a = 2;\n}\n"


@pytest.mark.parametrize("path", ["metro.config.js"])
def test_the_frameworks_own_function_takes_its_place_again(path: str) -> None:
    text = (
        'const { getSentryExpoConfig } = require("@sentry/react-native/metro");\n\n'
        "const config = getSentryExpoConfig(__dirname);\nmodule.exports = config;\n"
    )
    assert edited(text, path) == (
        'const { getDefaultConfig } = require("expo/metro-config");\n\n'
        "const config = getDefaultConfig(__dirname);\nmodule.exports = config;\n"
    )


CONFIGS = {
    "pushed module": (
        'plugins.push(["@sentry/react-native/expo", { a: 1 }]);\nrun(plugins);\n',
        "run(plugins);\n",
    ),
    "module with options": (
        'run({ plugins: [["@sentry/react-native/expo", { a: 1 }], "b"] });\n',
        'run({ plugins: ["b"] });\n',
    ),
    "list of modules": ('run({ external: ["@sentry/node", "b"] });\n', 'run({ external: ["b"] });\n'),
    "serializer": (
        'import { createSentryMetroSerializer } from "@sentry/react-native/metro";\n'
        "run({ serializer: { customSerializer: createSentryMetroSerializer() } });\n",
        "run({ serializer: {} });\n",
    ),
    "options beside the plugin": (
        'import { plugin, type Options } from "@sentry/x";\nconst sentryConfig: Options = { a: 1 };\n'
        "run({ plugins: [a(), plugin(sentryConfig)], sentryConfig, b: 1 });\n",
        "run({ plugins: [a()], b: 1 });\n",
    ),
    "exports again": (
        "module.exports = { a: 1 };\n\n"
        'module.exports = require("@sentry/nextjs").withSentryConfig(module.exports, { b: 1 });\n',
        "module.exports = { a: 1 };\n",
    ),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_goes_from_configurations(name: str) -> None:
    before, after = CONFIGS[name]
    assert edited(before, "a.config.ts") == after


def test_without_semicolons_no_bracket_joins_two_statements() -> None:
    text = STAR.replace(";", "") + "const a = b\nSentry.startSpan({}, () => {\n  return c()\n})\n"
    assert edited(text) == text


def test_a_value_that_only_sentry_read_is_reported_when_it_may_do_more() -> None:
    script = edit_script("a.ts", (STAR + "const user = load();\nSentry.setUser(user);\nrun();\n").encode())
    assert script.draft.text == b"const user = load();\nrun();\n"
    assert [one.reason for one in script.notes] == [
        "Only Sentry's part read this value, but what makes it may do more."
    ]


def test_an_emptied_handler_is_reported() -> None:
    text = STAR + 'process.on("uncaughtException", (e) => {\n  Sentry.captureException(e);\n});\n'
    script = edit_script("a.ts", text.encode())
    assert [one.reason for one in script.notes] == ["This handler only told Sentry, and is empty now."]


def test_what_a_template_reads_stays() -> None:
    text = b'<script>\nimport * as Sentry from "@sentry/vue"\nSentry.init()\n</script>\n<a @click="Sentry.show()" />\n'
    done = edit_component("A.vue", text)
    assert [text[one.start : one.end] for one in done.edits] == [b"Sentry.init()\n"]
    assert done.notes


def test_what_is_not_javascript_is_refused() -> None:
    with pytest.raises(Unparsable, match=r"src/a\.ts"):
        edited(STAR + "const = ;\n")


def test_source_maps_that_nobody_takes_away_any_more_are_told() -> None:
    text = (
        'import { sentryVitePlugin } from "@sentry/vite-plugin";\n'
        "export default { build: { sourcemap: true }, plugins: [sentryVitePlugin()] };\n"
    )
    script = edit_script("vite.config.js", text.encode())
    assert [one.reason[:38] for one in script.notes] == ["Sentry's plugin took these source maps"]
