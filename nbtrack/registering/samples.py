"""The first rows of what a model was fitted on: small enough to keep, and as JSON takes them."""

from __future__ import annotations

import math
from typing import Any

ROWS = 5
COLUMNS = 20
_MOST_BYTES = 1_000_000
_LONGEST = 200  # characters of a cell

Json = dict[str, Any]


def first_rows(data: Any) -> Any | None:
    """Return a copy of the first rows that keeps nothing of the rest; None of what is no table or array."""
    try:
        return _copied(data)
    except Exception:  # noqa: BLE001 - foreign types; a model can be logged without a sample
        return None


def table(sample: Any) -> Json | None:
    """Return `{"columns", "rows"}` of a sample as JSON takes it; None where it is no table."""
    split = _split(sample)
    return None if split is None else of_split(*split)


def of_split(columns: list[Any], rows: list[list[Any]]) -> Json:
    """Return a table of that many rows and columns as a page shows."""
    shown = [[_cell(value) for value in row[:COLUMNS]] for row in rows[:ROWS]]
    return {"columns": [str(name)[:_LONGEST] for name in columns[:COLUMNS]], "rows": shown}


def _copied(data: Any) -> Any | None:  # noqa: PLR0911 - one for each kind of table
    if data is None or isinstance(data, str | bytes | dict):
        return None
    kept = getattr(data, "input_example_info", None)
    if kept is not None:  # MLflow's copy of the first rows of a DMatrix or Dataset
        return kept.input_example
    if hasattr(data, "iloc"):  # pandas; its slices keep the whole
        return data.iloc[:ROWS].copy()
    if hasattr(data, "iter_rows") and hasattr(data, "head"):  # polars; likewise
        import pandas as pd  # type: ignore[import-untyped]

        return pd.DataFrame(data.head(ROWS).to_dict(as_series=False))
    if hasattr(data, "detach"):  # torch
        return _bounded(data[:ROWS].detach().cpu().numpy().copy())
    if hasattr(data, "tocsr"):
        return data[:ROWS].copy() if getattr(data, "format", "") == "csr" else None
    if hasattr(data, "nbytes") and hasattr(data, "dtype"):
        return _bounded(data[:ROWS].copy()) if data.ndim else None
    return list(data[:ROWS]) if isinstance(data, list | tuple) else None


def _bounded(rows: Any) -> Any | None:
    if rows.nbytes > _MOST_BYTES:
        rows = rows[:1].copy()
    return rows if rows.nbytes <= _MOST_BYTES else None


def _split(sample: Any) -> tuple[list[Any], list[list[Any]]] | None:
    if hasattr(sample, "tocsr"):
        sample = sample[:ROWS, :COLUMNS].toarray()
    if hasattr(sample, "to_frame"):
        sample = sample.to_frame()
    if hasattr(sample, "columns") and hasattr(sample, "iloc"):
        return list(sample.columns), sample.iloc[:ROWS, :COLUMNS].to_numpy(dtype=object).tolist()
    if getattr(sample, "ndim", 0) == 2:  # noqa: PLR2004 - a matrix
        return list(range(sample.shape[1])), sample.tolist()
    if isinstance(sample, list) and sample:
        rows = [list(row) if isinstance(row, list | tuple) else [row] for row in sample]
        return list(range(len(rows[0]))), rows
    return None


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        return _cell(value.item())
    return str(value)[:_LONGEST]
