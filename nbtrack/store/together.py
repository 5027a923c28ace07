"""Answers of `calls.compare` as one: of many runs, or of the runs of several stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FAMILIES = ("params", "metrics", "datasets", "tags")

Json = dict[str, Any]


def merged(answers: Iterable[Mapping[str, Any]]) -> Json:
    """Return several answers as one: their runs one after the other."""
    whole: Json = {"runs": [], "missing": [], "more": {}, **{family: {} for family in FAMILIES}}
    for answer in answers:
        before, now = len(whole["runs"]), len(answer["runs"])
        whole["runs"] += answer["runs"]
        whole["missing"] += answer["missing"]
        for family, number in (answer.get("more") or {}).items():
            whole["more"][family] = max(whole["more"].get(family, 0), number)
        for family in FAMILIES:
            table = whole[family]
            for key, values in answer[family].items():
                table.setdefault(key, [None] * before).extend(values)
            for values in table.values():
                values.extend([None] * (before + now - len(values)))
    return whole


def of_store(answer: Mapping[str, Any], name: str) -> Json:
    """Return an answer whose runs say of which store they are."""
    return {**answer, "runs": [{**run, "store": name} for run in answer["runs"]]}


def in_order(answer: Mapping[str, Any], run_ids: Sequence[str]) -> Json:
    """Return an answer with its runs in this order."""
    places = {run["run_id"]: place for place, run in enumerate(answer["runs"])}
    order = [places[run_id] for run_id in dict.fromkeys(run_ids) if run_id in places]
    return {
        **answer,
        "runs": [answer["runs"][place] for place in order],
        **{
            family: {key: [values[place] for place in order] for key, values in answer[family].items()}
            for family in FAMILIES
        },
    }


def ids_of(answer: Mapping[str, Any]) -> list[str]:
    """Return the ids of an answer's runs."""
    return [run["run_id"] for run in answer["runs"]]
