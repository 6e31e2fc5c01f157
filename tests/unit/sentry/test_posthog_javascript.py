"""PostHog in Sentry's place in JavaScript and TypeScript, one small text each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.javascript.script import edit_script
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.javascript.scene import Scene
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.javascript.speech import Speech
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.wish import Wish
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, plan_removal
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.repository import Repository
from support.repositories import make_repository

WEB = 'import * as Sentry from "@sentry/react";\n'
HOG = 'import posthog from "posthog-js";\n'
NODE = 'import * as Sentry from "@sentry/node";\n'
SERVER = 'import { posthog } from "./lib/posthog";\n'


def scene(place: Path, **manifest: object) -> Scene:
    root = make_repository(place, {"package.json": json.dumps(manifest), "src/a.ts": "", "tsconfig.json": "{}"})
    return Scene(Repository(str(root)), "", Wish())


@pytest.fixture
def page(tmp_path: Path) -> Scene:
    return scene(tmp_path / "page", dependencies={"react": "^19", "react-dom": "^19", "vite": "^7"})


@pytest.fixture
def service(tmp_path: Path) -> Scene:
    return scene(tmp_path / "service", dependencies={"express": "^5"})


def edited(where: Scene, text: str, path: str = "src/a.tsx") -> str:
    side = where.framework.sides[0]
    return edit_script(path, text.encode(), speech=Speech(where, path, side)).draft.text.decode()


BROWSER = {
    "a call": (WEB + "Sentry.captureException(e);\n", HOG + "posthog.captureException(e);\n"),
    "a named import": (
        "import { captureException } from '@sentry/react'\ncaptureException(e)\n",
        "import posthog from 'posthog-js'\nposthog.captureException(e)\n",
    ),
    "an alias": (
        'import { captureException as tell } from "@sentry/react";\ntell(e);\n',
        HOG + "posthog.captureException(e);\n",
    ),
    "required": (
        'const Sentry = require("@sentry/react");\nSentry.captureException(e);\n',
        'const posthog = require("posthog-js").default;\nposthog.captureException(e);\n',
    ),
    "tags": (
        WEB + "Sentry.captureException(e, { tags: { feature: 'payment' } });\n",
        HOG + "posthog.captureException(e, { feature: 'payment' });\n",
    ),
    "tags over several lines": (
        WEB + "Sentry.captureException(e, {\n  tags: {\n    feature: 'payment',\n  },\n});\n",
        HOG + "posthog.captureException(e, {\n  feature: 'payment',\n});\n",
    ),
    "tags and extra": (
        WEB + "Sentry.captureException(e, { tags: { a: 1, ...more }, extra: { user, b }, level: 'warning' });\n",
        HOG + "posthog.captureException(e, { a: 1, ...more, user, b, level: 'warning' });\n",
    ),
    "tags in a variable": (
        WEB + "Sentry.captureException(e, { tags, extra: details() });\n",
        HOG + "posthog.captureException(e, { ...tags, ...details() });\n",
    ),
    "a hint in a variable": (
        WEB + "Sentry.captureException(e, hint);\n",
        HOG + "posthog.captureException(e, hint);\n",
    ),
    "contexts and mechanism": (
        WEB + "Sentry.captureException(e, { contexts: { a: b }, mechanism: { handled: false } });\n",
        HOG + "posthog.captureException(e, { contexts: { a: b } });\n",
    ),
    "a fingerprint": (
        WEB + "Sentry.captureException(e, { fingerprint: [code] });\n",
        HOG + "posthog.captureException(e, { $exception_fingerprint: code });\n",
    ),
    "many properties": (
        WEB + "if (a) {\n  Sentry.captureException(e, {\n"
        "    tags: { organisation: organisation.displayName, project: project.displayName },\n"
        "    extra: { request },\n  });\n}\n",
        HOG + "if (a) {\n  posthog.captureException(e, {\n    organisation: organisation.displayName,\n"
        "    project: project.displayName,\n    request,\n  });\n}\n",
    ),
    "awaited": (WEB + "await Sentry.captureException(e);\n", HOG + "await posthog.captureException(e);\n"),
    "an arrow": (WEB + "on((e) => Sentry.captureException(e));\n", HOG + "on((e) => posthog.captureException(e));\n"),
    "a condition": (WEB + "a && Sentry.captureException(e);\n", HOG + "a && posthog.captureException(e);\n"),
    "handed over": (
        WEB + "p.catch(Sentry.captureException);\n",
        HOG + "p.catch((error: unknown) => posthog.captureException(error));\n",
    ),
    "an option": (
        WEB + "useQuery({ onError: Sentry.captureException });\n",
        HOG + "useQuery({ onError: (error: unknown) => posthog.captureException(error) });\n",
    ),
    "an attribute": (
        WEB + "const a = <A onError={Sentry.captureException} />;\n",
        HOG + "const a = <A onError={(error: unknown) => posthog.captureException(error)} />;\n",
    ),
    "a message": (
        WEB + 'Sentry.captureMessage("no price", "warning");\n',
        HOG + 'posthog.captureException(new Error("no price"), { level: "warning" });\n',
    ),
    "a scope": (
        WEB + "Sentry.withScope((scope) => {\n  scope.setTag('area', 'cart');\n  scope.setExtras({ id });\n"
        "  scope.setLevel('info');\n  Sentry.captureException(e);\n});\n",
        HOG + "posthog.captureException(e, { area: 'cart', id, level: 'info' });\n",
    ),
    "a scope with work in it": (
        WEB + "Sentry.withScope((scope) => {\n  scope.setTag(key, 1);\n  log(e);\n  Sentry.captureException(e);\n});\n",
        HOG + "{\n  log(e);\n  posthog.captureException(e, { [key]: 1 });\n}\n",
    ),
    "a scope that sets by condition": (
        WEB + "Sentry.withScope((scope) => {\n  if (a) scope.setTag('a', a);\n  Sentry.captureException(e);\n});\n",
        HOG + "posthog.captureException(e);\n",
    ),
    "the start": (
        WEB + 'Sentry.init({ dsn: "x", beforeSend(event) { Sentry.captureException(event); } });\nrun();\n',
        'import { initPostHog } from "./lib/posthog";\ninitPostHog();\nrun();\n',
    ),
    "Vue's start": (
        'import * as Sentry from "@sentry/vue";\nSentry.init({ app, dsn });\napp.mount("#app");\n',
        'import posthog from "posthog-js";\nimport { initPostHog } from "./lib/posthog";\ninitPostHog();\n'
        "app.config.errorHandler = (error, _instance, info) => posthog.captureException(error, { info });\n"
        'app.mount("#app");\n',
    ),
    "a boundary": (
        WEB + "const a = (\n  <Sentry.ErrorBoundary fallback={<p>Oh</p>}>\n    <B />\n  </Sentry.ErrorBoundary>\n);\n",
        'import { PostHogErrorBoundary } from "@posthog/react";\nconst a = (\n'
        "  <PostHogErrorBoundary fallback={<p>Oh</p>}>\n    <B />\n  </PostHogErrorBoundary>\n);\n",
    ),
    "a named boundary": (
        'import { ErrorBoundary } from "@sentry/react";\nconst a = <ErrorBoundary><B /></ErrorBoundary>;\n',
        'import { PostHogErrorBoundary } from "@posthog/react";\n'
        "const a = <PostHogErrorBoundary><B /></PostHogErrorBoundary>;\n",
    ),
    "an id that is shown": (
        WEB + "const id = Sentry.captureException(e);\nshow(id);\n",
        HOG + "const id = posthog.captureException(e)?.uuid;\nshow(id);\n",
    ),
    "a function for the scope": (
        WEB + 'Sentry.captureException(e, (scope) => scope.setTag("a", b));\n',
        HOG + "posthog.captureException(e, { a: b });\n",
    ),
    "inside of a component that Sentry holds": (
        WEB
        + "export const A = Sentry.withErrorBoundary(() => <B onClick={() => Sentry.captureException(e)} />, {});\n",
        HOG
        + WEB
        + "export const A = Sentry.withErrorBoundary(() => <B onClick={() => posthog.captureException(e)} />, {});\n",
    ),
    "React's handlers": (
        WEB + "createRoot(a, {\n  onCaughtError: Sentry.reactErrorHandler(),\n"
        "  onUncaughtError: Sentry.reactErrorHandler((error) => {\n    toast(error);\n  }),\n"
        "  onRecoverableError: Sentry.reactErrorHandler(tell),\n});\n",
        HOG + "createRoot(a, {\n  onCaughtError: (error: unknown) => posthog.captureException(error),\n"
        "  onUncaughtError: (error) => {\n    posthog.captureException(error);\n    toast(error);\n  },\n"
        "  onRecoverableError: (error, info) => { posthog.captureException(error); tell(error, info); },\n});\n",
    ),
    "users and tags for all go": (WEB + 'Sentry.setUser({ id });\nSentry.setTag("a", 1);\nrun();\n', "run();\n"),
    "the client that is there": (
        HOG + WEB + "Sentry.captureException(e);\n",
        HOG + "posthog.captureException(e);\n",
    ),
    "comments stay where they are": (
        "// The cart\n" + WEB + "// Tell somebody\nSentry.captureException(e); // always\n",
        "// The cart\n" + HOG + "// Tell somebody\nposthog.captureException(e); // always\n",
    ),
    "Windows' line ends": (
        WEB.replace("\n", "\r\n") + "Sentry.captureException(e);\r\n",
        HOG.replace("\n", "\r\n") + "posthog.captureException(e);\r\n",
    ),
    "in a function that loads it": (
        'export async function tell(e) {\n  const Sentry = await import("@sentry/react");\n'
        "  Sentry.captureException(e);\n}\n",
        HOG + "\nexport async function tell(e) {\n  posthog.captureException(e);\n}\n",
    ),
}

STAYS = {
    "a boundary with more": WEB + "const a = <Sentry.ErrorBoundary showDialog><B /></Sentry.ErrorBoundary>;\n",
    "a fallback that shows an id": WEB
    + "const a = <Sentry.ErrorBoundary fallback={({ eventId }) => eventId}><B /></Sentry.ErrorBoundary>;\n",
    "what is not Sentry's": "import * as Sentry from './mine';\nSentry.captureException(e);\n",
}

ON_SERVER = {
    "a call": (NODE + "Sentry.captureException(e);\n", SERVER + "posthog.captureException(e);\n"),
    "tags": (
        NODE + "Sentry.captureException(e, { tags: { a: 1 } });\n",
        SERVER + "posthog.captureException(e, undefined, { a: 1 });\n",
    ),
    "a user": (
        NODE + "Sentry.captureException(e, { user: { id: user.id }, extra: { a } });\n",
        SERVER + "posthog.captureException(e, user.id, { a });\n",
    ),
    "the start": (NODE + "Sentry.init({ dsn });\nrun();\n", 'import "./lib/posthog";\nrun();\n'),
    "the start and a call": (
        NODE + "Sentry.init({ dsn });\nrun().catch((e) => { Sentry.captureException(e); });\n",
        SERVER + "run().catch((e) => { posthog.captureException(e); });\n",
    ),
    "Express": (
        NODE + "Sentry.setupExpressErrorHandler(app);\n",
        'import { setupExpressErrorHandler } from "posthog-node";\n'
        + SERVER
        + "setupExpressErrorHandler(posthog, app);\n",
    ),
    "Express with version 7": (
        NODE + "app.use(Sentry.Handlers.requestHandler());\napp.use(Sentry.Handlers.errorHandler());\n",
        'import { setupExpressErrorHandler } from "posthog-node";\n'
        + SERVER
        + "setupExpressErrorHandler(posthog, app);\n",
    ),
    "Fastify": (
        NODE + "Sentry.setupFastifyErrorHandler(server);\n",
        SERVER + 'server.addHook("onError", async (_request, _reply, error) => posthog.captureException(error));\n',
    ),
    "the end": (NODE + "await Sentry.close(2000);\n", SERVER + "await posthog.shutdown();\n"),
    "an id that is shown": (
        NODE + "async function f() {\n  const id = Sentry.captureException(e);\n  show(id);\n}\n",
        SERVER + "async function f() {\n  const id = crypto.randomUUID();\n"
        "  posthog.captureException(e, undefined, undefined, id);\n  show(id);\n}\n",
    ),
    "the end, and what comes after it": (
        NODE + "void Sentry.flush(2000).then(() => process.exit(0));\n",
        SERVER + "void posthog.flush().then(() => process.exit(0));\n",
    ),
    "a module of the old kind": (
        'const Sentry = require("@sentry/node");\nSentry.captureException(e);\n',
        'const { posthog } = require("./lib/posthog");\nposthog.captureException(e);\n',
    ),
    "a module of the old kind without a name for it": (
        'require("@sentry/node").init({});\nrequire("@sentry/node").captureException(e);\n',
        'const { posthog } = require("./lib/posthog");\n\nposthog.captureException(e);\n',
    ),
    "a filter of Nest": (
        'import { APP_FILTER } from "@nestjs/core";\nimport { SentryGlobalFilter } from "@sentry/nestjs/setup";\n'
        "const providers = [{ provide: APP_FILTER, useClass: SentryGlobalFilter }];\n",
        'import { APP_INTERCEPTOR } from "@nestjs/core";\nimport { PostHogInterceptor } from "posthog-node/nestjs";\n'
        + SERVER
        + "const providers = [{ provide: APP_INTERCEPTOR, useValue: new PostHogInterceptor(posthog, "
        "{ captureExceptions: true }) }];\n",
    ),
}


@pytest.mark.parametrize("case", BROWSER)
def test_in_the_browser(case: str, page: Scene) -> None:
    before, after = BROWSER[case]
    assert edited(page, before) == after


@pytest.mark.parametrize("case", ON_SERVER)
def test_on_the_server(case: str, service: Scene) -> None:
    before, after = ON_SERVER[case]
    assert edited(service, before, "src/a.ts") == after


@pytest.mark.parametrize("case", [*BROWSER, *STAYS])
def test_a_second_run_changes_nothing(case: str, page: Scene) -> None:
    once = edited(page, BROWSER[case][0] if case in BROWSER else STAYS[case])
    assert edited(page, once) == once


@pytest.mark.parametrize("case", STAYS)
def test_what_is_not_certain_stays(case: str, page: Scene) -> None:
    assert edited(page, STAYS[case]) == STAYS[case]


@pytest.mark.parametrize(
    ("given", "after"),
    [
        ("", "({ error }) => {\n  posthog.captureException(error);\n}"),
        ("mine", "(input) => {\n  posthog.captureException(input.error);\n  return mine(input);\n}"),
        ("({ error }) => {\n  log();\n}", "({ error }) => {\n  posthog.captureException(error);\n  log();\n}"),
    ],
)
def test_the_hook_for_errors_of_sveltekit(given: str, after: str, tmp_path: Path) -> None:
    where = scene(tmp_path / "kit", devDependencies={"@sveltejs/kit": "^2"})
    hook = f"export const handleError = Sentry.handleErrorWithSentry({given});\n"
    text = 'import * as Sentry from "@sentry/sveltekit";\n' + hook
    script = edit_script("src/hooks.client.js", text.encode(), speech=Speech(where, "src/hooks.client.js", "browser"))
    assert script.draft.text.decode() == HOG + f"export const handleError = {after};\n"


def test_which_side_sentrys_package_tells(tmp_path: Path) -> None:
    assert scene(tmp_path / "a", dependencies={"@sentry/react": "^9", "react": "^19"}).framework.sides == ("browser",)
    assert scene(tmp_path / "b", dependencies={"@sentry/node": "^9", "react": "^19"}).framework.sides == ("server",)


def test_a_file_with_another_posthog_is_reported(page: Scene) -> None:
    text = WEB + "const posthog = make();\nSentry.captureException(posthog);\n"
    script = edit_script("src/a.ts", text.encode(), speech=Speech(page, "src/a.ts", "browser"))
    assert script.draft.text.decode() == "const posthog = make();\n"
    assert any("Something else is called posthog" in one.reason for one in script.notes)
    assert script.needs == frozenset()


def test_node_is_not_given_what_it_cannot_run(tmp_path: Path) -> None:
    """Beside TypeScript that is compiled, a file that Node.js runs as it is."""
    files = {"package.json": '{"devDependencies": {"typescript": "5"}}', "tsconfig.json": "{}", "src/a.ts": ""}
    typed = Scene(Repository(str(make_repository(tmp_path / "typed", dict(files)))), "", Wish())
    assert typed.helper("server") == "src/lib/posthog.ts"
    files["instrument.js"] = NODE + "Sentry.init();\n"
    mixed = Scene(Repository(str(make_repository(tmp_path / "mixed", dict(files)))), "", Wish())
    assert mixed.helper("server") == "src/lib/posthog.js"


def test_what_runs_before_the_build_cannot_load_what_is_built(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "package.json": '{"devDependencies": {"@react-router/dev": "7", "typescript": "5"}}',
        "app/root.tsx": "",
        "instrument.server.mjs": NODE + "Sentry.init();\nrun();\n",
    }
    root = make_repository(tmp_path / "r", files)
    removal = plan_removal(str(root), Options(wish=Wish()))
    assert [(one.path, one.result()) for one in removal.changed] == [("instrument.server.mjs", b"run();\n")]


def test_a_file_of_the_application_is_not_written_over(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "package.json": '{"dependencies": {"react-dom": "19", "vite": "7"}}',
        "src/lib/posthog.js": "export const mine = 1;\n",
        "src/main.js": WEB + "Sentry.init();\n",
    }
    root = make_repository(tmp_path / "r", files)
    removal = plan_removal(str(root), Options(wish=Wish()))
    changed = {one.path: one.result().decode() for one in removal.changed}
    assert changed["src/main.js"] == 'import { initPostHog } from "./lib/posthog-errors";\ninitPostHog();\n'
    assert "src/lib/posthog-errors.js" in changed
    assert "src/lib/posthog.js" not in changed


def test_an_application_that_starts_posthog_goes_on_doing_so(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "package.json": '{"dependencies": {"posthog-js": "1", "react-dom": "19", "vite": "7"}}',
        "src/main.js": HOG + WEB + 'posthog.init("phc_x");\nSentry.init();\nSentry.captureException(a);\n',
    }
    root = make_repository(tmp_path / "r", files)
    removal = plan_removal(str(root), Options(wish=Wish()))
    changed = {one.path: one.result().decode() for one in removal.changed}
    assert changed["src/main.js"] == HOG + 'posthog.init("phc_x");\nposthog.captureException(a);\n'
    assert "package.json" not in changed
    assert [one.advice for one in removal.residue] == [
        "The application starts posthog-js itself: see that it does so with capture_exceptions: true."
    ]


@pytest.mark.parametrize("package", ["expo", "nuxt", "electron", "@sentry/core"])
def test_what_needs_another_sdk_is_told(package: str, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "package.json": f'{{"dependencies": {{"{package}": "1"}}}}',
        "a.js": WEB + "Sentry.captureException(a);\nrun();\n",
    }
    root = make_repository(tmp_path / "r", files)
    removal = plan_removal(str(root), Options(wish=Wish()))
    assert {one.path: one.result() for one in removal.changed}["a.js"] == b"run();\n"
    assert [one.kind for one in removal.residue] == ["posthog"]
