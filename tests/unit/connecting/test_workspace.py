"""An Azure ML workspace: its config.json, and the tracking URI that Azure tells."""

from __future__ import annotations

import base64
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from nbtrack.connecting import workspace
from nbtrack.connecting.named import store_of
from nbtrack.connecting.workspace import Workspace
from nbtrack.errors import Invalid, NbtrackError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIELDS = {
    "subscription_id": "6f1b2c3d-0000-4000-8000-000000000001",
    "resource_group": "team_(eu)",
    "workspace_name": "ws-1",
}
SCOPE = (
    f"/subscriptions/{FIELDS['subscription_id']}/resourceGroups/team_%28eu%29"
    "/providers/Microsoft.MachineLearningServices/workspaces/ws-1"
)
URI = f"azureml://westeurope.api.azureml.ms/mlflow/v2.0{SCOPE}"


def token(**claims: object) -> str:
    """Return a token as Azure's are built; nobody checks its signature here."""
    parts = ({"alg": "none"}, {"upn": "ann@example.org", "exp": time.time() + 3600, **claims})
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + ".s"
    )


@contextmanager
def azure(
    monkeypatch: pytest.MonkeyPatch, status: int, body: object
) -> Iterator[list[tuple[str, str | None]]]:
    """Stand where management.azure.com is; yields the paths and logins that were asked for."""
    heard: list[tuple[str, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append((self.path, self.headers.get("Authorization")))
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(workspace, "_HOST", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        try:
            yield heard
        finally:
            server.shutdown()


@pytest.mark.parametrize("name", workspace.FILES)
def test_the_nearest_file_of_a_workspace_is_found(tmp_path: Path, name: str) -> None:
    below = tmp_path / "notebooks" / "churn"
    below.mkdir(parents=True)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(json.dumps(FIELDS), encoding="utf-8-sig")  # as Azure's portal may send it
    (below / "config.json").write_text('{"hidden_size": 768}')  # some model's
    assert workspace.described(below) == (tmp_path / name, Workspace(**FIELDS))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"subscription_id": "x"}', "[" * 100_000, " " * 100_000])
def test_what_describes_no_workspace_is_passed(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    assert workspace.described(tmp_path) is None
    with pytest.raises(Invalid, match="does not describe"):
        workspace.read(tmp_path / "config.json")


@pytest.mark.parametrize("value", ["../../x", "a/b", "", 7, None, "a?b", "x" * 91])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, value: object) -> None:
    (tmp_path / "config.json").write_text(json.dumps({**FIELDS, "workspace_name": value}))
    with pytest.raises(Invalid, match="workspace_name"):
        workspace.described(tmp_path)


@pytest.mark.parametrize(
    "typed", ["azureml", "config.json", f"azureml:{FIELDS['subscription_id']}/team_(eu)/ws-1"]
)
def test_azure_is_asked_for_the_tracking_uri(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(FIELDS))
    job = token()
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", job)
    with azure(monkeypatch, 200, {"properties": {"mlFlowTrackingUri": URI}}) as heard:
        assert store_of(typed, tmp_path) == URI
    assert heard == [(f"{SCOPE}?api-version=2024-04-01", f"Bearer {job}")]


@pytest.mark.parametrize(
    "text", ["mlflow.db", "sqlite:////x/mlflow.db", URI, "http://host/config.json", "databricks"]
)
def test_all_else_stays_as_it_is(tmp_path: Path, text: str) -> None:
    assert store_of(text, tmp_path) == text


@pytest.mark.parametrize(
    ("status", "body", "words", "cure"),
    [
        (401, {}, "ann@example.org (MLFLOW_TRACKING_TOKEN) may not see the workspace ws-1 (401)", "az login"),
        (403, {}, "may not see the workspace ws-1 (403)", "AzureML Data Scientist"),
        (404, {}, "There is no workspace ws-1 in the resource group team_(eu)", "Check subscription_id"),
        (429, {}, "asks for fewer requests (429)", "Wait"),
        (500, {}, "answered with an error (500)", ""),
        (302, {}, "answered with", ""),
        (200, {}, "names no tracking URI", "studio"),
        (200, [], "names no tracking URI", "studio"),
        (
            200,
            {"properties": {"mlFlowTrackingUri": "http://evil.example"}},
            "names no tracking URI",
            "studio",
        ),
    ],
)
def test_each_refusal_of_azures_is_a_sentence_without_the_token(
    monkeypatch: pytest.MonkeyPatch, status: int, body: object, words: str, cure: str
) -> None:
    job = token()
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", job)
    with azure(monkeypatch, status, body), pytest.raises(NbtrackError) as error:
        workspace.tracking_uri(Workspace(**FIELDS))
    assert words in error.value.message
    assert cure in error.value.hint
    assert job not in str(error.value)


def test_azure_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", token())
    with azure(monkeypatch, 200, {}):
        pass
    with pytest.raises(NbtrackError, match=r"management\.azure\.com can't be reached"):
        workspace.tracking_uri(Workspace(**FIELDS))


def test_no_file_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no config\.json"):
        store_of("azureml", tmp_path)
