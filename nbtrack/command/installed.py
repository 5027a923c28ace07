"""What is installed beside nbtrack, and whether JupyterLab and its server let nbtrack in."""

from __future__ import annotations

import json
import platform
import shlex
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.command.finding import Finding, unknown, well, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION = metadata.version("nbtrack")
_PACKAGES = ("mlflow", "jupyterlab", "ipykernel", "altair")
_ANEW = "pip install --force-reinstall --no-deps nbtrack"


def versions() -> Iterator[Finding]:
    """Compare the versions that are installed with those that nbtrack asks for."""
    yield well(f"nbtrack {_VERSION}")
    yield well(f"Python {platform.python_version()}")
    needed = _needed()
    for name in _PACKAGES:
        yield _version(name, needed.get(name, ""))


def sidebar() -> Finding:
    """Look for nbtrack's part of JupyterLab, where JupyterLab looks for it."""
    from jupyter_core.paths import jupyter_path

    places = [Path(place) / "nbtrack" for place in jupyter_path("labextensions")]
    found = next((place for place in places if (place / "package.json").is_file()), None)
    if found is None:
        return wrong("JupyterLab's side of nbtrack is not installed", _mending())
    package = _read(found / "package.json")
    build = package.get("jupyterlab", {}).get("_build", {})
    if not build.get("load") or not (found / str(build["load"])).is_file():
        return wrong(f"JupyterLab's side of nbtrack is not built: files are missing in {found}", _mending())
    version = package.get("version")
    if version != _VERSION:
        return wrong(
            f"JupyterLab's side of nbtrack is {version} and nbtrack is {_VERSION} ({found})",
            _mending(),
        )
    off = sorted(one for one in _disabled() if one.partition(":")[0] == "nbtrack")
    if off:
        return wrong(
            f"JupyterLab's side of nbtrack is disabled ({', '.join(off)})",
            f"jupyter labextension enable {off[0]}",
        )
    return well(f"JupyterLab's side of nbtrack is installed and enabled ({found})")


def server() -> Finding:
    """Look whether the Jupyter server loads nbtrack, by the files that it is configured with."""
    try:
        from jupyter_core.paths import jupyter_config_path
        from jupyter_server.extension.config import ExtensionConfigManager
    except ImportError:
        return wrong("The Jupyter server is not installed", "pip install 'jupyterlab>=4.5,<5'")
    configured = ExtensionConfigManager(read_config_path=jupyter_config_path())
    said = configured.get_jpserver_extensions().get("nbtrack")  # type: ignore[no-untyped-call]
    if said:
        return well("The Jupyter server's side of nbtrack is enabled")
    why = "is not enabled" if said is None else "is disabled"
    return wrong(f"The Jupyter server's side of nbtrack {why}", "jupyter server extension enable nbtrack")


def _version(name: str, needed: str) -> Finding:
    from packaging.specifiers import SpecifierSet

    wish = f"pip install -U '{name}{needed}'"
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return wrong(f"{name} is not installed", wish)
    if not needed:
        return unknown(f"{name} {found}; which versions nbtrack needs is not known here")
    if SpecifierSet(needed).contains(found, prereleases=True):
        return well(f"{name} {found}")
    return wrong(f"{name} {found} does not fit: nbtrack needs {needed}", wish)


def _needed() -> dict[str, str]:
    """Return the versions that nbtrack asks for, by package; nothing where it was never installed."""
    from packaging.requirements import Requirement

    try:
        asked = [Requirement(text) for text in metadata.requires("nbtrack") or ()]
    except metadata.PackageNotFoundError:
        return {}
    return {one.name: str(one.specifier) for one in asked if one.marker is None}


def _disabled() -> list[str]:
    """Return what JupyterLab is told to leave out, by its page's configuration."""
    from jupyter_server.services.config.manager import ConfigManager

    pages = ConfigManager(config_dir_name="labconfig")
    said = pages.get("page_config").get("disabledExtensions", {})  # type: ignore[no-untyped-call]
    return [str(one) for one in said if not isinstance(said, dict) or said[one]]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _mending() -> str:
    """Return what installs nbtrack anew: another thing in a clone than for a user."""
    clone = Path(__file__).parents[2]
    return f"make -C {shlex.quote(str(clone))} lab" if (clone / "labextension" / "src").is_dir() else _ANEW
