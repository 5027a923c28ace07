"""The `[tool.nbtrack]` table of the nearest pyproject.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbtrack.errors import Invalid

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Project:
    """What the table says; every value is None where there is no table.

    Attributes
    ----------
    file
        The pyproject.toml; relative stores are meant from its folder.
    store, experiment
        The keys of the table.
    stores
        The keys and values of `[tool.nbtrack.stores]`, in its order: further stores that the sidebar shows.
    """

    file: Path | None = None
    store: str | None = None
    experiment: str | None = None
    stores: tuple[tuple[str, str], ...] = ()


def nearest(folder: Path) -> Project:
    """Read the table from the first pyproject.toml that has it, from `folder` upwards.

    Raises
    ------
    Invalid
        If a pyproject.toml on the way is not TOML, or the table has a value of the wrong type.
    """
    for place in (folder, *folder.parents):
        file = place / "pyproject.toml"
        try:
            tool = tomllib.loads(file.read_text(encoding="utf-8")).get("tool")
        except OSError:  # none here, or another user's
            continue
        except ValueError as error:
            raise _broken(file, f"can't be read: {error}") from error
        table = tool.get("nbtrack") if isinstance(tool, dict) else None
        if table is not None:
            return _checked(file, table)
    return Project()


def _checked(file: Path, table: object) -> Project:
    if not isinstance(table, dict):
        raise _broken(file, "has `tool.nbtrack`, but not as a table")
    for key in ("store", "experiment"):
        value = table.get(key)
        if value is not None and not (isinstance(value, str) and value.strip()):
            raise _broken(
                file, f"has `{key} = {value!r}` under [tool.nbtrack], which must be a text in quotes"
            )
    return Project(file, table.get("store"), table.get("experiment"), _stores(file, table.get("stores", {})))


def _stores(file: Path, table: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(table, dict):
        raise _broken(file, "has `tool.nbtrack.stores`, but not as a table")
    for name, uri in table.items():
        if not (isinstance(uri, str) and uri.strip()):
            raise _broken(
                file, f"has `{name} = {uri!r}` under [tool.nbtrack.stores], which must be a text in quotes"
            )
        if not name.strip() or name == "workspace" or name.startswith("kernel:"):
            raise _broken(
                file,
                f"has a store named {name!r} under [tool.nbtrack.stores], a name that nbtrack itself uses",
            )
    return tuple(table.items())


def _broken(file: Path, why: str) -> Invalid:
    return Invalid(
        f"{file} {why}.",
        hint='Mend it (`[tool.nbtrack]`, `store = "sqlite:///mlflow.db"`, `experiment = "name"`), '
        "or go around it with `%track --store mlflow.db --experiment NAME`.",
    )
