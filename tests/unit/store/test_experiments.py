"""Pages of experiments by own SQL, against MLflow's client on the same store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from nbtrack.store.calls import experiments

if TYPE_CHECKING:
    from nbtrack.store.opened import Store


@pytest.mark.parametrize("query", ["", "CHURN", "été", "😀", "%", "'", "/", "nothing"])
@pytest.mark.parametrize("deleted", [False, True])
def test_experiments(own: Store, by_client: Store, query: str, deleted: bool) -> None:  # noqa: FBT001
    def shown(store: Store) -> list[dict[str, Any]]:
        items = experiments(store, query=query, deleted=deleted)["items"]
        return [{key: value for key, value in item.items() if key != "runs"} for item in items]

    assert shown(own) == shown(by_client)


def test_experiments_page_by_page(own: Store, by_client: Store) -> None:
    for store in (own, by_client):
        seen, token = [], None
        while True:
            page = experiments(store, max_results=1, page_token=token)
            seen += page["items"]
            token = page["next_page_token"]
            if token is None:
                break
        assert [item["name"] for item in seen] == [item["name"] for item in experiments(store)["items"]]
        assert len(seen) == 4
    counts = {item["name"]: item["runs"] for item in experiments(own)["items"]}
    assert counts == {"Default": 0, "empty": 0, "Été 😀": 9, "notebooks/churn": 24}
