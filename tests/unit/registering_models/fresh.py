"""What a process that has nothing but MLflow makes of registered models: their predictions, as JSON.

`python fresh.py STORE NAME…` with what is to be predicted for each as JSON on the standard input.
"""

from __future__ import annotations

import json
import os
import sys


def main(store: str, *names: str) -> None:
    sys.modules["nbtrack"] = None  # type: ignore[assignment]  # whoever loads a model need not have it
    import mlflow
    import numpy as np
    import pandas as pd  # type: ignore[import-untyped]

    mlflow.set_tracking_uri(store)
    asked = json.load(sys.stdin)
    found = {}
    for name in names:
        columns, rows = asked[name]["columns"], np.array(asked[name]["rows"])
        given = rows if columns is None else pd.DataFrame(rows, columns=columns)
        try:
            predicted = mlflow.pyfunc.load_model(f"models:/{name}/1").predict(given)
        except Exception as error:  # noqa: BLE001 - the test shows it
            found[name] = repr(error)
        else:
            found[name] = np.asarray(predicted).tolist()
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
