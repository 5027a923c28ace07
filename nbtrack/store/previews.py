"""The first rows of a table among the artifacts: CSV, parquet, and what `mlflow.log_table` writes."""

from __future__ import annotations

import csv
import io
import json
import math
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid
from nbtrack.store import artifacts
from nbtrack.store.rows import number

if TYPE_CHECKING:
    from typing import BinaryIO

    from nbtrack.store.opened import Store

_LARGEST = 100_000_000  # bytes of a file here; one from elsewhere has to be copied first
_FAR = 20_000_000
_ROWS = 1000
_COLUMNS = 200
_CELL = 500  # characters
_SAMPLE = 4096  # characters from which the delimiter is guessed

Json = dict[str, Any]


def table(store: Store, run_id: str, path: str, rows: int) -> Json:
    """Return the first rows of a table; see `calls.table`.

    Raises
    ------
    Invalid
        If it is no table that can be read.
    """
    rows = max(1, min(rows, _ROWS))
    read = next((read for ending, read in _READERS.items() if path.lower().endswith(ending)), None)
    if read is None:
        raise Invalid(f"{path[:200]!r} is not a table.", hint=f"Tables end in {', '.join(_READERS)}.")
    with artifacts.file(store, run_id, path, _LARGEST if store.file is not None else _FAR) as (handle, _):
        try:
            columns, found, total = read(handle, rows)
        except (ValueError, TypeError, KeyError, csv.Error, RecursionError) as error:
            raise Invalid(f"{path} can't be read as a table.", hint=f"{type(error).__name__}.") from error
    return {
        "columns": [str(column)[:_CELL] for column in columns[:_COLUMNS]],
        "rows": [[_cell(value) for value in row[:_COLUMNS]] for row in found],
        "total": total,
    }


def _csv(handle: BinaryIO, rows: int, delimiter: str | None = None) -> tuple[list[Any], list[list[Any]], int]:
    text = io.TextIOWrapper(handle, encoding="utf-8-sig", errors="replace", newline="")
    if delimiter is None:
        delimiter = ","
        with suppress(csv.Error):
            delimiter = csv.Sniffer().sniff(text.read(_SAMPLE).partition("\n")[0], ",;\t|").delimiter
        text.seek(0)
    lines = csv.reader(text, delimiter=delimiter)
    columns = next(lines, [])
    found: list[list[Any]] = list(islice(lines, rows))
    total = len(found) + sum(1 for _ in lines)
    text.detach()
    return list(columns), found, total


def _tsv(handle: BinaryIO, rows: int) -> tuple[list[Any], list[list[Any]], int]:
    return _csv(handle, rows, "\t")


def _parquet(handle: BinaryIO, rows: int) -> tuple[list[Any], list[list[Any]], int]:
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(handle)
        names = file.schema_arrow.names[:_COLUMNS]
        batch = next(file.iter_batches(batch_size=rows, columns=names), None)
    except (pa.ArrowException, OSError) as error:
        raise ValueError from error
    columns = [] if batch is None else [column.to_pylist() for column in batch.columns]
    return names, [list(row) for row in zip(*columns, strict=True)], file.metadata.num_rows


def _json(handle: BinaryIO, rows: int) -> tuple[list[Any], list[list[Any]], int]:
    content = json.load(handle)
    columns, data = list(content["columns"]), content["data"]
    if not all(isinstance(row, list) for row in data):
        raise ValueError
    return columns, data[:rows], len(data)


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else str(value)  # what a page can hold exactly
    if isinstance(value, float):
        return number(value) if math.isfinite(value) is False else value
    return str(value)[:_CELL]


_READERS = {".csv": _csv, ".tsv": _tsv, ".parquet": _parquet, ".json": _json}
