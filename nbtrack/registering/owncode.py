"""The user's own modules that a pickled object needs: they go along, or it loads nowhere else."""

from __future__ import annotations

import site
import sys
import sysconfig
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NEVER = {"__main__", "nbtrack", "builtins"}


def of(model: Any, but: Iterable[str] = ()) -> list[str]:
    """Return the files and folders of the modules that unpickling an object would import.

    Parameters
    ----------
    but
        Paths that go along already.
    """
    found: dict[str, str] = {}
    waiting = list(_named(model))
    while waiting:
        name = waiting.pop().partition(".")[0]
        path = None if name in found else _own(name)
        if path is not None:
            found[name] = path
            waiting += _used(name)
    given = {Path(one).resolve() for one in but}
    return sorted(path for path in found.values() if Path(path).resolve() not in given)


def _named(model: Any) -> set[str]:
    """Return the modules that a pickle of the object names."""
    import cloudpickle  # type: ignore[import-untyped]

    names: set[str] = set()

    class Listening(cloudpickle.Pickler):  # type: ignore[misc]
        def reducer_override(self, obj: Any) -> Any:
            if isinstance(obj, ModuleType):
                names.add(obj.__name__)
            elif isinstance(obj, type | FunctionType):
                names.add(str(obj.__module__))
            return super().reducer_override(obj)

    class Nowhere:
        def write(self, written: Any) -> int:
            return len(written)

    try:
        Listening(Nowhere()).dump(model)
    except Exception:  # noqa: BLE001 - it is saved next, and that says what is wrong
        return names
    return names


def _own(name: str) -> str | None:
    """Return the file or folder of a module, if it is neither installed nor part of Python."""
    module = sys.modules.get(name)
    if module is None or name in _NEVER:
        return None
    file = getattr(module, "__file__", None)
    folders = list(getattr(module, "__path__", ()))
    path = Path(folders[0]) if folders else Path(file) if file else None
    if path is None or not path.exists() or path.suffix not in {"", ".py"}:
        return None
    path = path.resolve()
    return None if any(path.is_relative_to(place) for place in _installed()) else str(path)


def _installed() -> Iterator[Path]:
    places = [sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    # `site` is absent from some frozen interpreters.
    places += [*getattr(site, "getsitepackages", list)(), getattr(site, "getusersitepackages", str)()]
    return (Path(place).resolve() for place in places if place)


def _used(name: str) -> set[str]:
    """Return the modules that a module's own files have imported from."""
    own = [module for key, module in list(sys.modules.items()) if key == name or key.startswith(f"{name}.")]
    used: set[str] = set()
    for module in own:
        for value in list(vars(module).values()):
            where = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
            if isinstance(where, str):
                used.add(where)
    return used
