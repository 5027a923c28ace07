"""The order of runs as MLflow has it, and where a page ends in it.

Runs that have no value, or NaN, come last both ways; ties go by start time, newest first, then by run id. A
page token says after which run the next page begins, by that run's place in the order, so that runs which
are added or removed meanwhile neither repeat nor hide another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbtrack.errors import Invalid
from nbtrack.store.faults import plain
from nbtrack.store.wanted import content_of, token_of

DEFAULT = "attributes.start_time DESC"
_HINT = "For example: metrics.val_loss ASC, params.`learning rate` DESC, attributes.start_time DESC."
_NEVER = -(1 << 63)  # start time of a run that has none: it comes last
_START = f"COALESCE(r.start_time, {_NEVER})"
_PLACE = 4  # values that say where a run is in an order
_TABLES = {"metric": "latest_metrics", "parameter": "params", "tag": "tags"}
_COLUMNS = {"run_name": "name", "run_id": "run_uuid"}


@dataclass(frozen=True, slots=True)
class Order:
    """An order as SQL, over `runs AS r`.

    Attributes
    ----------
    join
        What to join; `parameters` go with it.
    rank, value, start
        Columns that it goes by, before the run's id.
    """

    text: str
    join: str
    parameters: tuple[str, ...]
    rank: str
    value: str
    descending: bool
    start: str = _START

    @property
    def place(self) -> str:
        """Columns that say where a run is in the order."""
        return f"{self.rank}, {self.value}, {self.start}, r.run_uuid"

    @property
    def by(self) -> str:
        """What follows ORDER BY, by the columns' numbers of `place` when it is selected first."""
        way = "DESC" if self.descending else "ASC"
        # Fewer columns sort faster; this is the order of nearly every list.
        return f"2 {way}, 4" if self.rank == "0" else f"1, 2 {way}, 3 DESC, 4"

    def after(self, token: str) -> tuple[str, list[Any], int | None]:
        """Return a condition for what comes after a page, and how many there were in all.

        Raises
        ------
        Invalid
            If the token is none of ours, or of another order.
        """
        content = content_of(token)
        place, total = content.get("after"), content.get("total")
        if content.get("order") != self.text or not isinstance(place, list) or len(place) != _PLACE:
            raise Invalid("The page token is of another list.", hint="Start again at the first page.")
        beyond = "<" if self.descending else ">"
        condition = (
            f"({self.rank} > ? OR ({self.rank} = ? AND ({self.value} {beyond} ? OR ({self.value} IS ? AND "
            f"({self.start} < ? OR ({self.start} = ? AND r.run_uuid > ?))))))"
        )
        rank, value, start, run_id = place
        return condition, [rank, rank, value, value, start, start, run_id], total

    def token(self, place: tuple[Any, ...], total: int | None) -> str:
        """Return the token of the page that ends at a place."""
        return token_of({"order": self.text, "after": list(place), "total": total})


def newest_first() -> Order:
    """Return the order that is meant when none is said."""
    return Order(DEFAULT, "", (), "0", _START, descending=True, start="0")


def parsed(order_by: str) -> Order:
    """Return the order that one of MLflow's `order_by` clauses means; MLflow must have been imported.

    Raises
    ------
    Invalid
        If MLflow would not take it, with MLflow's reason.
    """
    from mlflow.exceptions import MlflowException
    from mlflow.utils.search_utils import SearchUtils

    try:
        family, key, ascending = SearchUtils.parse_order_by_for_search_runs(order_by)
    except MlflowException as error:
        raise Invalid(f"{plain(str(error)).rstrip('.')}.", hint=_HINT) from error
    except Exception as error:  # the parser's own faults
        raise Invalid(f"{order_by[:200]!r} can't be read as an order.", hint=_HINT) from error
    key = SearchUtils.translate_key_alias(key)
    if family == "attribute":
        return _of_attribute(order_by, key, descending=not ascending)
    if family not in _TABLES:
        raise Invalid(f"Runs can't be sorted by {order_by!r}.", hint=_HINT)
    nan = "WHEN o.is_nan THEN 1 " if family == "metric" else ""
    return Order(
        text=order_by,
        join=f"LEFT JOIN {_TABLES[family]} o ON o.key = ? AND o.run_uuid = r.run_uuid",
        parameters=(key,),
        rank=f"CASE {nan}WHEN o.value IS NULL THEN 2 ELSE 0 END",
        value="o.value",
        descending=not ascending,
    )


def _of_attribute(text: str, key: str, *, descending: bool) -> Order:
    column = f"r.{_COLUMNS.get(key, key)}"
    return Order(text, "", (), f"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END", column, descending)
