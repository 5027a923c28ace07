"""Which cells need not wait for MLflow's import.

MLflow takes seconds to import and is imported behind the first cells. A cell that may train or log waits for
it; one that only imports, defines or prints does not. When in doubt, wait: the wait is at most what an
`import mlflow` at the top of the notebook costs.
"""

from __future__ import annotations

import ast
import re
import sys
from importlib.util import find_spec
from pathlib import Path

_SAFE_CALLS = frozenset(
    "print display len range list dict set tuple str int float bool repr sorted min max sum abs type".split()
)
_SAFE_MAGICS = re.compile(
    r"^\s*(%(load_ext|unload_ext|matplotlib|config|pip|conda|cd|pwd|who|whos|ls|env|lsmagic)\b|!|%?track\b|\?|%\w+\?)"
)


def is_harmless(source: str) -> bool:
    """Tell whether executing `source` can neither train nor log."""
    lines = ["" if _SAFE_MAGICS.match(line) else line for line in source.splitlines()]
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return False
    return all(_is_harmless(node) for node in tree.body)


def _is_harmless(node: ast.AST) -> bool:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return not node.decorator_list
        case ast.Import():
            return all(_is_installed(alias.name) for alias in node.names)
        case ast.ImportFrom():
            return node.level == 0 and _is_installed(node.module or "")
        case ast.Call():
            if not (isinstance(node.func, ast.Name) and node.func.id in _SAFE_CALLS):
                return False
        case ast.Await() | ast.AsyncWith() | ast.With() | ast.ClassDef():
            return False
    return all(_is_harmless(child) for child in ast.iter_child_nodes(node))


def _is_installed(module: str) -> bool:
    """Tell whether a module is a library's: the user's own may train when it is imported."""
    root = module.partition(".")[0]
    if root in sys.stdlib_module_names:
        return True
    try:
        spec = find_spec(root)
    except (ImportError, ValueError):
        return False
    places = [spec.origin] if spec and spec.origin else list((spec and spec.submodule_search_locations) or [])
    return bool(places) and all("site-packages" in Path(place).parts for place in places)
