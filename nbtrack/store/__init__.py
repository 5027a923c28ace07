"""What an MLflow store has: experiments, runs, histories, artifacts; and changes to it.

::

    __main__        a process for one store: calls in, framed answers out
    asking, calls   making a call, and the table of calls
    ├── local_*     a local SQLite store whose schema is known: own read-only SQL
    ├── client_*    every other store: MLflow's client
    ├── artifacts, previews
    ├── actions     everything that writes
    └── changes     is there anything new?

Importing this loads no MLflow: the functions here are given a client.
"""

from nbtrack.store.client import experiments, left_running, runs

__all__ = ["experiments", "left_running", "runs"]
