"""Which cells need not wait for MLflow's import.

MLflow takes seconds to import and is imported behind the first cells. A cell that may train, log or import
what MLflow imports too waits for it; one that only defines, prints or uses the standard library does not.
When in doubt, wait: the wait is at most what an `import mlflow` at the top of the notebook costs.
"""

from __future__ import annotations

import ast
import re
import sys

_SAFE_CALLS = frozenset(
    {
        *("print", "display", "repr", "type", "len", "range", "sorted"),
        *("list", "dict", "set", "tuple", "str", "int", "float", "bool", "min", "max", "sum", "abs"),
    }
)
_SAFE_MAGICS = re.compile(
    r"^\s*(%load_ext\s+(nbtrack|autoreload)\b|%(autoreload|pip|conda|cd|pwd|who|whos|ls|env|lsmagic)\b|!|%\w+\?)"
)


def is_harmless(source: str) -> bool:
    """Tell whether executing `source` can neither train, nor log, nor import what MLflow may be importing."""
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
            return all(_is_settled(alias.name) for alias in node.names)
        case ast.ImportFrom():
            return node.level == 0 and _is_settled(node.module or "")
        case ast.Call():
            if not (isinstance(node.func, ast.Name) and node.func.id in _SAFE_CALLS):
                return False
        case ast.Await() | ast.AsyncWith() | ast.With() | ast.ClassDef():
            return False
    return all(_is_harmless(child) for child in ast.iter_child_nodes(node))


def _is_settled(module: str) -> bool:
    """Tell whether a module can be imported while another thread imports MLflow.

    Two threads that import parts of one package from two ends may meet in a `_DeadlockError`. So only what
    MLflow's import can't be at work on: the standard library, and what is there already.
    """
    root = module.partition(".")[0]
    return root != "mlflow" and (root in sys.stdlib_module_names or module in sys.modules)
