"""A store in which plain MLflow has registered models, for tests of the sidebar."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlflow import MlflowClient

from nbtrack import storefile, tags

if TYPE_CHECKING:
    from tests.ui.lab import Lab

# MLflow takes neither slashes nor colons into names.
PAYLOADS = [
    "<img src=x onerror=window.__pwned=1>",
    '"><script>window.__pwned=1',
    "[a](javascript&#58;window.__pwned=1)",
]
TEXT = "\n\n".join([*PAYLOADS, "<script>window.__pwned=1</script>", "[a](javascript:window.__pwned=1)"])
MANY = 130


@dataclass
class Registry:
    """What was made, and the notebook of the runs."""

    client: MlflowClient
    notebook: str
    runs: list[str]

    def champion(self) -> str:
        return str(self.client.get_registered_model("churn").aliases["champion"])


def fill(lab: Lab) -> Registry:
    """Register three versions of «churn», and many other models, some with hostile names."""
    notebook = lab.write_notebook("churn.ipynb", "fit()", "1 + 1")
    cell = json.loads((lab.root / notebook).read_text())["cells"][0]["id"]
    storefile.create(lab.root / "mlflow.db", artifacts=(lab.root / "mlartifacts").as_uri(), ours=True)
    uri = f"sqlite:///{lab.root}/mlflow.db"
    client = MlflowClient(uri, registry_uri=uri)
    experiment = client.create_experiment("churn")
    client.create_registered_model("churn", description="Who **leaves**?", tags={"team": "growth"})
    runs = []
    for number, name in enumerate(("calm-owl", "brave-fox", "shy-hare")):
        made = {tags.NOTEBOOK_PATH: notebook, tags.CELL_ID: cell, "mlflow.user": "ada"}
        run = client.create_run(experiment, run_name=name, tags=made)
        runs.append(str(run.info.run_id))
        client.log_metric(runs[-1], "val_loss", 1 / (number + 2))
        client.set_terminated(runs[-1])
        client.create_model_version(
            "churn",
            f"{lab.root}/model-{number}",
            runs[-1],
            description="Trained on **May**." if number else None,
        )
    client.set_registered_model_alias("churn", "champion", "2")
    client.set_registered_model_alias("churn", "challenger", "3")
    for number in range(MANY):
        client.create_registered_model(f"other-{number:03}")
    for payload in PAYLOADS:
        hostile = client.create_run(experiment, run_name=payload)
        client.create_registered_model(payload, description=TEXT, tags={"odd": payload})
        client.create_model_version(
            payload, f"{lab.root}/odd", hostile.info.run_id, tags={"odd": payload}, description=TEXT
        )
    return Registry(client, notebook, runs)
