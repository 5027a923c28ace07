"""The part of nbtrack that runs inside the Jupyter server, for the sidebar. Never imports IPython."""
