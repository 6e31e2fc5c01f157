"""Which of our sources travel with a module: Ansible ships, and compiles, all that it imports, on every task."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UTILS = ROOT / "plugins" / "module_utils"
PACKAGE = "ansible_collections.rollout.posthog.plugins.module_utils"


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imported(path: Path) -> Iterator[str]:
    """The dotted names below module_utils that a file imports, also inside functions and for types alone."""
    inside = path.relative_to(UTILS).parent.parts if path.is_relative_to(UTILS) else ()
    package = [*PACKAGE.split("."), *inside]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            around = package[: len(package) + 1 - node.level] if node.level else []
            origin = ".".join([*around, *filter(None, [node.module])])
            # `from package import thing`: the thing may be a module or a name inside one.
            names = [origin, *(f"{origin}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name.removeprefix(f"{PACKAGE}.") for name in names if name.startswith(f"{PACKAGE}."))


def files_of(name: str) -> list[Path]:
    """The files that importing this dotted name loads: the module, and the packages around it."""
    parts = name.split(".")
    found = [UTILS.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    found.append(UTILS.joinpath(*parts).with_suffix(".py"))
    return [path for path in found if path.is_file()]


def payload(module: Path) -> set[Path]:
    """Every file of module_utils that travels with a module."""
    seen: set[Path] = set()
    queue = [module]
    while queue:
        for name in imported(queue.pop()):
            new = set(files_of(name)) - seen
            seen |= new
            queue += new
    return seen


def weight(module: str) -> int:
    """Bytes of our own module_utils that a module brings along."""
    return sum(path.stat().st_size for path in payload(ROOT / "plugins" / "modules" / f"{module}.py"))


def compiled_weight(module: str) -> int:
    """The same without comments and docstrings, which cost the compiler next to nothing."""
    return sum(len(code_of(path)) for path in payload(ROOT / "plugins" / "modules" / f"{module}.py"))


def code_of(path: Path) -> str:
    """A source without comments and docstrings."""
    source = tree(path)
    for node in ast.walk(source):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(source)
