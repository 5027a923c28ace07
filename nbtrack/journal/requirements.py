"""What a model needs, remembered: MLflow finds out by loading it in yet another process, which takes seconds.

Two models have the same requirements if all that their pickles name is the same, is installed rather than
the user's own, and nothing that is installed has changed. Where that can't be told, MLflow finds out as ever.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import pickle
import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from nbtrack.journal import places

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTALLED = ("purelib", "platlib", "stdlib", "platstdlib")
# So many are kept, the latest ones.
MOST = 200
# What these name was pickled as code, or inside of what was pickled: it may import anything.
_OPAQUE_MODULES = frozenset({"cloudpickle", "dill", "__main__"})
_OPAQUE_NAMES = frozenset({"loads", "load", "eval", "exec", "__import__", "import_module"})


class Naming(pickle.Unpickler):
    """Loads a pickle and notes what it names."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.named: set[tuple[str, str]] = set()

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Note the name, and find what it means."""
        self.named.add((module_name, global_name))
        return super().find_class(module_name, global_name)


def key_of(flavor: str, named: set[tuple[str, str]]) -> str | None:
    """Return what tells a model's requirements from another's; None if that can't be told by names.

    Parameters
    ----------
    flavor
        The module that saves it.
    named
        What its pickle names: module and name, all of it imported.
    """
    for module, name in named:
        if module.partition(".")[0] in _OPAQUE_MODULES or name in _OPAQUE_NAMES or not _is_installed(module):
            return None
    try:
        installed = sorted(f"{one.name}=={one.version}" for one in metadata.distributions())
    except Exception:  # noqa: BLE001 - somebody's damaged metadata must not cost a model
        return None
    about = [sys.version, sys.prefix, installed, flavor, sorted(named)]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()


@contextlib.contextmanager
def remembered(key: str | None) -> Iterator[None]:
    """Have MLflow infer requirements at most once for a key, as long as this lasts. Needs MLflow imported."""
    from mlflow.utils import environment

    name = "_infer_requirements"  # MLflow has no cache, and no hook for one
    infer = getattr(environment, name, None)
    if key is None or infer is None:
        yield
        return

    def infer_once(*args: Any, **more: Any) -> list[str]:
        known = _read().get(key)
        if known is None:
            known = infer(*args, **more)
            _keep(key, known)
        return list(known)

    setattr(environment, name, infer_once)
    try:
        yield
    finally:
        setattr(environment, name, infer)


def file() -> Path:
    """Return where they are kept."""
    return Path(platformdirs.user_cache_path("nbtrack", appauthor=False)) / "requirements.json"


def _is_installed(module: str) -> bool:
    origin = getattr(sys.modules.get(module), "__file__", None)
    if origin is None:
        return module in sys.builtin_module_names
    paths = sysconfig.get_paths()
    return any(Path(origin).is_relative_to(paths[name]) for name in _INSTALLED)


def _read() -> dict[str, list[str]]:
    try:
        found = json.loads(file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(key: str, requirements: list[str]) -> None:
    """Note them; two processes at once may lose one note, which costs a few seconds again."""
    known = {**_read(), key: requirements}
    with contextlib.suppress(OSError):
        file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        places.write(file(), json.dumps(dict(list(known.items())[-MOST:])))
