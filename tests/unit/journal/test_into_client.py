"""What the sender makes of MLflow's client."""

from __future__ import annotations

import subprocess
import sys

THREADS = """
import threading
from nbtrack.journal.format import Batch, Metric
from nbtrack.journal.into_client import IntoClient, be_impatient, import_mlflow
from nbtrack.journal.target import Away

def ask():
    try:
        IntoClient("http://127.0.0.1:9").send(Batch("a" * 32, [Metric("loss", 1.0, 0, 0, None)]))
    except Away as why:
        said.append(str(why)[:11])

said = []

be_impatient()
threads = [threading.Thread(target=work) for work in (import_mlflow, ask, ask)]
for one in threads:
    one.start()
for one in threads:
    one.join()
print(said)
"""


def test_threads_that_need_mlflow_at_once_all_get_it() -> None:
    reply = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True)
    assert reply.stdout.strip() == str(["MLflow serv"] * 2), reply.stderr
