"""Whether a store can be used, step by step: what `%track check`, `nbtrack doctor` and the sidebar ask.

::

    checking ──▶ parts: by kind ─┬ file      a local SQLite file
        │                        ├ server    a tracking server, by HTTP
        │                        └ azure ─▶ identity   an Azure ML workspace; who is signed in there
        └ limited     each part in a thread, for some seconds
    step              what came of it
    named ─▶ workspace   «azureml» and config.json, as tracking URIs

Importing this loads neither MLflow nor azure-identity. No password and no token is told by any step.
"""
