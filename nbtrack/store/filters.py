"""MLflow's filters of runs as SQL, over `runs AS r`.

MLflow parses them, so that the grammar and the errors are MLflow's. What they mean is what MLflow's SQL
stores do with them: LIKE minds case and ILIKE doesn't; a comparison is false where the run lacks the key,
`!=` too; metrics compare by their last value, NaN is unequal to everything; a run's name is its tag
`mlflow.runName`; a condition on datasets holds if any dataset of the run meets it.
"""

from __future__ import annotations

from typing import Any

from nbtrack.errors import Invalid
from nbtrack.store.faults import plain

Condition = tuple[str, list[Any]]

_HINT = "For example: metrics.val_loss < 0.5 AND params.lr = '0.1' AND tags.`my.tag` LIKE '%a%'."
_TABLES = {"metric": "latest_metrics", "parameter": "params", "tag": "tags"}
_COLUMNS = {"run_id": "run_uuid"}
_RUN_NAME = "mlflow.runName"
_CONTEXT = "mlflow.data.context"
_DATASET = (
    "EXISTS (SELECT 1 FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id "
    "WHERE i.destination_type = 'RUN' AND i.destination_id = r.run_uuid AND {})"
)
_DATASET_CONTEXT = (
    "EXISTS (SELECT 1 FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id "
    "JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = ? "
    "WHERE i.destination_type = 'RUN' AND i.destination_id = r.run_uuid AND {})"
)


def conditions(text: str) -> list[Condition]:
    """Return the conditions of a filter; MLflow must have been imported.

    Raises
    ------
    Invalid
        If MLflow would not take the filter, with MLflow's reason.
    """
    return [_condition(clause) for clause in parsed(text)]


def parsed(text: str) -> list[dict[str, Any]]:
    """Return the clauses of a filter as MLflow's parser gives them.

    Raises
    ------
    Invalid
        As `conditions`.
    """
    from mlflow.exceptions import MlflowException
    from mlflow.utils.search_utils import SearchUtils

    try:
        clauses: list[dict[str, Any]] = SearchUtils.parse_search_filter(text.strip())
        for clause in clauses:
            _check(clause)
    except MlflowException as error:
        raise Invalid(f"{plain(str(error)).rstrip('.')}.", hint=_HINT) from error
    except Exception as error:  # the parser's own faults: StopIteration, IndexError, RecursionError …
        raise Invalid(f"{text[:200]!r} can't be read as a filter.", hint=_HINT) from error
    return clauses


def _check(clause: dict[str, Any]) -> None:
    """Let MLflow check the comparator, and make values what they are compared with."""
    from mlflow.utils.search_utils import SearchUtils

    family = clause["type"]
    clause["key"] = key = SearchUtils.translate_key_alias(clause["key"])
    clause["comparator"] = comparator = clause["comparator"].upper()
    if SearchUtils.is_metric(family, comparator):
        clause["value"] = float(clause["value"])
    elif not (
        SearchUtils.is_attribute(family, key, comparator)
        or SearchUtils.is_param(family, comparator)
        or SearchUtils.is_tag(family, comparator)
        or SearchUtils.is_dataset(family, comparator)
    ):
        raise Invalid(f"Runs have no {family}.", hint=_HINT)


def _condition(clause: dict[str, Any]) -> Condition:
    family, key, comparator, value = (clause[name] for name in ("type", "key", "comparator", "value"))
    if family == "attribute" and key == "run_name":
        family, key = "tag", _RUN_NAME
    if family == "attribute":
        return _compared(f"r.{_COLUMNS.get(key, key)}", comparator, value)
    if family == "dataset":
        if key == "context":
            condition, parameters = _compared("t.value", comparator, value)
            return _DATASET_CONTEXT.format(condition), [_CONTEXT, *parameters]
        condition, parameters = _compared(f"d.{key}", comparator, value)
        return _DATASET.format(condition), parameters
    return _of_key(family, key, comparator, value)


def _of_key(family: str, key: str, comparator: str, value: Any) -> Condition:
    table = _TABLES[family]
    there = f"EXISTS (SELECT 1 FROM {table} f WHERE f.key = ? AND f.run_uuid = r.run_uuid"  # noqa: S608
    if comparator in {"IS NULL", "IS NOT NULL"}:
        return f"{'NOT ' if comparator == 'IS NULL' else ''}{there})", [key]
    condition, parameters = _compared("f.value", comparator, value)
    if family == "metric":
        # NaN is kept as 0 with a mark.
        condition = f"({condition} OR f.is_nan)" if comparator == "!=" else f"{condition} AND NOT f.is_nan"
    return f"{there} AND {condition})", [key, *parameters]


def _compared(column: str, comparator: str, value: Any) -> Condition:
    if comparator == "ILIKE":
        return f"lower({column}) LIKE lower(?)", [value]
    if comparator in {"IN", "NOT IN"}:
        return f"{column} {comparator} ({', '.join('?' * len(value))})", list(value)
    return f"{column} {comparator} ?", [value]
