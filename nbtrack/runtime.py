"""The one small file through which a kernel tells the Jupyter server what it logs to.

It lies in Jupyter's runtime folder, which only the user can read, beside the kernel's connection file. The
browser never sees it: the server reads it to know the store of a notebook's kernel.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from nbtrack.errors import Invalid
from nbtrack.liveness import started
from nbtrack.records import KernelRecord, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEMA = 1
_LARGEST = 1 << 20  # bytes; ours are under a kilobyte, so anything larger is not ours
_KERNEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


def folder() -> Path:
    """Return Jupyter's runtime folder, which may not exist yet."""
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir())


def write(record: KernelRecord) -> None:
    """Write a kernel's record, readable by this user only; nothing happens when it is unchanged.

    Raises
    ------
    Invalid
        If the kernel id can't be part of a file name.
    OSError
        If the runtime folder can't be written.
    """
    path = _path(record.kernel_id)
    text = json.dumps({"schema": _SCHEMA, **asdict(record)}, allow_nan=False)
    with contextlib.suppress(OSError, ValueError):
        if path.read_text(encoding="utf-8") == text:
            return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes the file with mode 0600 from the start, and a reader sees the old file or the new one.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read(kernel_id: str) -> KernelRecord | None:
    """Return the record of a living kernel.

    Returns
    -------
    KernelRecord or None
        None when there is no file, when it is torn or of another schema, and when its process is dead on
        this host. The file is left alone: a home folder may be shared with the host where the kernel lives.

    Raises
    ------
    Invalid
        If the kernel id can't be part of a file name.
    """
    path = _path(kernel_id)
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    record = _record(content)
    if record is None or record.kernel_id != kernel_id or started(record.pid) is None:
        return None
    return record


def remove(kernel_id: str) -> None:
    """Remove a kernel's file, if it is there.

    Raises
    ------
    Invalid
        If the kernel id can't be part of a file name.
    """
    with contextlib.suppress(OSError):
        _path(kernel_id).unlink(missing_ok=True)


def _path(kernel_id: str) -> Path:
    if not _KERNEL_ID.fullmatch(kernel_id):
        raise Invalid(
            f"{kernel_id!r} is not the id of a kernel.",
            hint="Take it from `jupyter server list` or from the kernel's connection file, kernel-<id>.json.",
        )
    return folder() / f"nbtrack-{kernel_id}.json"


def _record(content: object) -> KernelRecord | None:
    """Return a checked record, or None where the content is of another schema."""
    if not isinstance(content, dict) or content.pop("schema", None) != _SCHEMA:
        return None
    if set(content) != {field.name for field in fields(KernelRecord)} or not _well_typed(content):
        return None
    return KernelRecord(**{**content, "notices": tuple(content["notices"])})


def _well_typed(content: Mapping[str, object]) -> bool:
    notices = content["notices"]
    return (
        all(isinstance(content[name], str) for name in ("kernel_id", "store"))
        and all(content[name] in get_args(Source) for name in ("store_source", "experiment_source"))
        and all(
            content[name] is None or isinstance(content[name], str) for name in ("experiment", "notebook")
        )
        and type(content["pid"]) is int
        and content["pid"] > 0
        and isinstance(content["tracking"], bool)
        and isinstance(notices, list)
        and all(isinstance(notice, str) for notice in notices)
    )
