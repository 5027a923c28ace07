"""What a model's own files say of it. Others wrote them: they are parsed, and never unpickled."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.modelfolder import MLMODEL
from nbtrack.registering import samples

if TYPE_CHECKING:
    from nbtrack.comparing.source import Source

_MOST_BYTES = 2_000_000  # of a file that is read
_MOST_FIELDS = 200

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a model; nothing where its files can't be read."""

    flavors: tuple[str, ...] = ()
    signature: Json | None = None
    example: Json | None = None
    size: int | None = None

    def as_found(self) -> Json:
        """Return the fields of `found.Found` that it knows."""
        return {name: getattr(self, name) for name in ("flavors", "signature", "example", "size")}


def read(source: Source, place: str) -> Described:
    """Return what a model says of itself.

    Parameters
    ----------
    place
        URI of its folder.
    """
    import yaml  # type: ignore[import-untyped]
    from mlflow.artifacts import list_artifacts
    from mlflow.exceptions import MlflowException

    place = place.rstrip("/")
    try:
        listed = list_artifacts(artifact_uri=place, tracking_uri=source.uri)
        files = {one.path.rpartition("/")[2]: one for one in listed if not one.is_dir}
        told = yaml.safe_load(_text(source, place, files[MLMODEL]))
        loadable = told["flavors"]
        special = sorted(loadable, key=lambda flavor: flavor == "python_function")
        example = told.get("saved_input_example_info") or {}
        file = files.get(str(example.get("artifact_path")))
        return Described(
            flavors=tuple(map(str, special)),
            signature=signature(told.get("signature")),
            example=None if file is None else _example(_text(source, place, file)),
            size=_size(told, listed),
        )
    except (MlflowException, OSError, KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError):
        return Described()


def signature(told: Any) -> Json | None:
    """Return `{"inputs", "outputs"}` of a signature as MLflow writes it."""
    if not isinstance(told, dict):
        return None
    found = {side: _fields(told.get(side)) for side in ("inputs", "outputs")}
    return found if any(found.values()) else None


def history(tag: str | None) -> list[str]:
    """Return the folders of a run's models as MLflow 2 noted them, the latest first."""
    try:
        paths = [str(one["artifact_path"]) for one in json.loads(tag or "[]")]
    except (ValueError, TypeError, KeyError):
        return []
    # MLflow 3 notes its own models here, too, by where they lie.
    return [path for path in reversed(paths) if "://" not in path and not path.startswith(("/", "m-"))]


def _fields(told: Any) -> list[Json]:
    fields = json.loads(told) if isinstance(told, str) else told
    return [
        {"name": str(one.get("name") or place)[:200], "type": _type(one)}
        for place, one in enumerate((fields or [])[:_MOST_FIELDS])
    ]


def _type(one: Json) -> str:
    if one.get("type") == "tensor":
        tensor = one.get("tensor-spec") or {}
        return f"{tensor.get('dtype', 'tensor')} {tuple(tensor.get('shape') or ())}"[:200]
    return str(one.get("type"))[:200]


def _example(text: str) -> Json | None:
    told = json.loads(text)
    if isinstance(told, dict) and "data" in told:
        rows = [row if isinstance(row, list) else [row] for row in told["data"]]
        return samples.of_split(told.get("columns") or list(range(len(rows[0]) if rows else 0)), rows)
    if isinstance(told, dict) and isinstance(told.get("inputs"), list):
        return samples.table(told["inputs"])
    return samples.table(told) if isinstance(told, list) else None


def _text(source: Source, place: str, file: Any) -> str:
    from mlflow.artifacts import download_artifacts

    if (file.file_size or 0) > _MOST_BYTES:
        raise ValueError
    with tempfile.TemporaryDirectory(prefix="nbtrack-") as folder:
        uri = f"{place}/{file.path.rpartition('/')[2]}"
        found = Path(download_artifacts(artifact_uri=uri, dst_path=folder, tracking_uri=source.uri))
        return found.read_text(encoding="utf-8")


def _size(told: Json, listed: list[Any]) -> int | None:
    size = told.get("model_size_bytes")
    if isinstance(size, int):
        return size
    sizes = [one.file_size for one in listed if not one.is_dir]
    return sum(sizes) if all(isinstance(one, int) for one in sizes) else None
