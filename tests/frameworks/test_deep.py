"""PyTorch, Lightning and Keras on PyTorch: trained in cells, registered, and the same in a fresh process.

They are big, so they have an environment of their own: `make test-frameworks`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.kernel.live import LiveKernel, of

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = 300.0  # seconds
# MLflow would load each model in another process to see what it needs; not what is asked here.
BRIEF = {"MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "1"}
DATA = """
import os, warnings; warnings.filterwarnings("ignore")
os.environ["KERAS_BACKEND"] = "torch"
import mlflow, nbtrack, numpy as np, torch
torch.manual_seed(0)
X = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
y = (X @ np.array([[1.0], [-2.0], [0.5]], "float32")).astype("float32")
np.save("X.npy", X)
"""
TORCH = """
net = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
adam = torch.optim.Adam(net.parameters(), 0.01)
for step in range(20):
    loss = torch.nn.functional.mse_loss(net(torch.tensor(X)), torch.tensor(y))
    adam.zero_grad(); loss.backward(); adam.step()
    mlflow.log_metric("loss", float(loss), step=step)
predicted = net(torch.tensor(X)).detach().numpy()
"""
LIGHTNING = """
import lightning, logging
logging.getLogger("lightning.pytorch").setLevel("ERROR")

class Net(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.line = torch.nn.Linear(3, 1)
    def forward(self, x):
        return self.line(x)
    def training_step(self, batch, _):
        loss = torch.nn.functional.mse_loss(self(batch[0]), batch[1])
        self.log("loss", loss)
        return loss
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), 0.1)

net = Net()
rows = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(y))
lightning.Trainer(
    max_epochs=2, accelerator="cpu", enable_progress_bar=False, enable_model_summary=False, logger=False,
    enable_checkpointing=False,
).fit(net, torch.utils.data.DataLoader(rows, batch_size=16))
predicted = net.eval()(torch.tensor(X)).detach().numpy()
"""
KERAS = """
import keras
net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
net.compile("adam", "mse")
net.fit(X, y, epochs=2, verbose=0)
predicted = net.predict(X, verbose=0)
"""
# Each cell, and how its model is registered in the next one.
CASES = {
    "torch": (TORCH, "nbtrack.register({run!r}, {name!r}, model=net, aliases='champion')"),
    "torch-logged": (
        f"{TORCH}mlflow.pytorch.log_model(net, name='net', input_example=X)",
        "%track_register {name} --alias champion",
    ),
    "lightning": (LIGHTNING, "%track_register {name} --alias champion"),
    "keras": (KERAS, "%track_register {name} --alias champion"),
}
# What somebody does who has never heard of nbtrack.
LOAD = """
import sys, mlflow, numpy as np
model = mlflow.pyfunc.load_model(f"models:/{sys.argv[1]}@champion")
np.testing.assert_array_equal(np.load("predicted.npy"), model.predict(np.load("X.npy")))
assert not [one for one in sys.modules if one.startswith("nbtrack.registering")]
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKernel]:
    with LiveKernel(tmp_path_factory.mktemp("deep") / "work", BRIEF) as live:
        live.ok("%load_ext nbtrack")
        assert live.run(DATA, patience=LONG).status == "ok"
        yield live


@pytest.mark.parametrize("name", CASES)
def test_a_network_is_registered_and_predicts_the_same_elsewhere(kernel: LiveKernel, name: str) -> None:
    train, register = CASES[name]
    trained = kernel.run(train, name, patience=LONG)
    assert trained.status == "ok", trained.text
    run = next(one for one in of(kernel, name) if "mlflow.parentRunId" not in one.data.tags)
    kernel.ok("np.save('predicted.npy', predicted)")
    done = kernel.run(register.format(run=run.info.run_id, name=name), f"{name}-form", patience=LONG)
    assert done.status == "ok", done.text
    version = kernel.store.get_model_version_by_alias(name, "champion")
    assert version.run_id == run.info.run_id
    environment = {
        **os.environ,
        "MLFLOW_TRACKING_URI": f"sqlite:///{kernel.folder}/mlflow.db",
        "KERAS_BACKEND": "torch",
    }
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD, name],
        env=environment,
        cwd=kernel.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize("name", ["lightning", "keras"])
def test_a_network_that_is_logged_later_predicts_the_same(kernel: LiveKernel, name: str) -> None:
    train, _ = CASES[name]
    kernel.ok("%track --models later")
    trained = kernel.run(train, f"{name}-later", patience=LONG)
    assert trained.status == "ok", trained.text
    (run,) = of(kernel, f"{name}-later")
    kernel.ok("%track --models off")
    loaded = kernel.run(
        f"loaded = mlflow.pyfunc.load_model('runs:/{run.info.run_id}/model')\n"
        "np.testing.assert_array_equal(predicted, loaded.predict(X))",
        patience=LONG,
    )
    assert loaded.status == "ok", loaded.text
