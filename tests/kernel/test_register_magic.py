"""`%track_register` in a real kernel: what it makes, what it refuses, and its form as a page uses it."""

from __future__ import annotations

import json
import time
from queue import Empty
from typing import TYPE_CHECKING, Any

import pytest
from mlflow import MlflowClient

from tests.kernel.live import of
from tests.kernel.test_magics import complete

if TYPE_CHECKING:
    from tests.kernel.live import LiveKernel

MIME = "application/vnd.nbtrack.register.v1+json"
COMPARED = "application/vnd.nbtrack.compare.v1+json"
FIT = "model = LogisticRegression(C={}).fit(X, y)"
PATIENCE = 120.0  # seconds that logging a model may take on a busy machine


@pytest.fixture(scope="module")
def trained(shared: LiveKernel) -> LiveKernel:
    """Return a kernel with two cells that have fitted a model each."""
    shared.ok("first = LogisticRegression(C=0.1).fit(X, y)", "first")
    shared.ok("second = LogisticRegression(C=10).fit(X, y)", "second")
    shared.listen()
    return shared


def registry(kernel: LiveKernel) -> MlflowClient:
    return MlflowClient(f"sqlite:///{kernel.folder}/mlflow.db")


def run_id(kernel: LiveKernel, cell: str) -> str:
    (run,) = of(kernel, cell)
    found: str = run.info.run_id
    return found


def ask(kernel: LiveKernel, key: str, action: str, **values: Any) -> None:
    """Send what a page asks for."""
    typed = {"name": "", "model": None, "aliases": [], "tags": [], "description": "", **values}
    content = {"comm_id": "page", "data": {"register": {"key": key, "action": action, "values": typed}}}
    kernel.client.shell_channel.send(kernel.client.session.msg("comm_msg", content))


def pictures(kernel: LiveKernel, key: str, last: set[str]) -> list[dict[str, Any]]:
    """Return how a form changes, until it is in one of these states."""
    found: list[dict[str, Any]] = []
    end = time.monotonic() + PATIENCE
    while not found or found[-1]["state"] not in last:
        assert time.monotonic() < end, found
        try:
            message = kernel.client.get_iopub_msg(timeout=1)
        except Empty:
            continue
        if message["msg_type"] == "update_display_data":
            drawn = message["content"]["data"].get(MIME)
            if drawn is not None and drawn["key"] == key:
                found.append({**drawn, "at": time.monotonic(), "whole": message["content"]})
    return found


def form(kernel: LiveKernel, cell: str = "form") -> dict[str, Any]:
    """Execute the magic alone, and return what a page gets."""
    reply = kernel.ok("%track_register", cell)
    shown: dict[str, Any] = reply.displays[-1]["data"][MIME]
    return shown


def test_a_name_registers_the_last_model_of_the_notebook(trained: LiveKernel) -> None:
    line = "%track_register last --alias champion --tag team=growth --description 'the last one'"
    reply = trained.ok(f"done = {line}\nprint(done.version, done.uri)\ndone", "last")
    assert reply.stdout == "1 models:/last@champion\n"
    version = registry(trained).get_model_version_by_alias("last", "champion")
    assert version.run_id == run_id(trained, "second")
    assert (version.tags["team"], version.description) == ("growth", "the last one")
    assert version.tags["nbtrack.cell.id"] == "second"
    assert "last version 1 @champion" in reply.text
    assert 'mlflow.pyfunc.load_model("models:/last@champion")' in reply.text


def test_a_run_is_named_by_how_its_id_begins(trained: LiveKernel) -> None:
    trained.ok(f"%track_register {run_id(trained, 'first')[:8]} named --alias a --alias b", "named")
    version = registry(trained).get_model_version("named", "1")
    assert (version.run_id, sorted(version.aliases)) == (run_id(trained, "first"), ["a", "b"])


def test_the_same_line_again_makes_no_second_version(trained: LiveKernel) -> None:
    for _ in range(2):
        reply = trained.ok("%track_register twice", "twice")
    assert "was registered under this name already" in reply.text
    assert len(registry(trained).search_model_versions("name = 'twice'")) == 1


def test_without_a_keyboard_an_alias_is_left_where_it_is_unless_yes_is_said(trained: LiveKernel) -> None:
    first, second = (
        f"%track_register {run_id(trained, cell)} held --alias champion" for cell in ("first", "second")
    )
    trained.ok(first)
    refused = trained.run(second)  # as papermill executes it: nobody can be asked
    assert refused.status == "error"
    assert "champion is version 1 (run " in refused.text
    assert "--yes" in refused.text
    assert len(registry(trained).search_model_versions("name = 'held'")) == 1
    moved = trained.ok(f"{second} --yes")
    assert "champion was version 1" in moved.text
    assert str(registry(trained).get_model_version_by_alias("held", "champion").version) == "2"


@pytest.mark.parametrize("answer", ["n", "y"])
def test_who_is_asked_sees_both_runs_beside_each_other_first(trained: LiveKernel, answer: str) -> None:
    name = f"asked-{answer}"
    trained.ok(f"%track_register {run_id(trained, 'first')} {name} --alias champion")
    line = f"%track_register {run_id(trained, 'second')} {name} --alias champion"
    sent = trained.send(line, "asking", keyboard=True)
    question = trained.client.get_stdin_msg(timeout=PATIENCE)["content"]["prompt"]
    assert question.endswith("Move it to version 2? [y/N] ")
    trained.client.input(answer)
    reply = trained.wait(sent)
    (beside,) = [one for one in reply.displays if COMPARED in one["data"]]
    payload = beside["data"][COMPARED]
    assert payload["run_ids"] == [run_id(trained, "first"), run_id(trained, "second")]
    assert payload["baseline"] == run_id(trained, "first")
    assert "C" in payload["snapshot"]["compare"]["params"]
    assert (reply.status == "ok") == (answer == "y")
    at = registry(trained).get_model_version_by_alias(name, "champion").version
    assert str(at) == ("2" if answer == "y" else "1")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("one two three", "more words than RUN and NAME"),
        ("churn --alais champion", "did you mean --alias?"),
        ("churn --alias v3", "looks like a version"),
        ("churn/x", "«/»"),
        ("--alias champion", "needs a name"),
        ("churn --tag team", "KEY=VALUE"),
        ("churn --data nothing --target y", "there is no nothing here"),
        ("churn --data X --target nothing", "there is no nothing here"),
        ("churn --require 'f1 > 0'", "no metric"),
        ("churn --model other", "no model 'other'"),
        ("nobody churn", "nobody"),
    ],
)
def test_what_can_not_be_right_is_refused_in_a_sentence(trained: LiveKernel, line: str, said: str) -> None:
    reply = trained.run(f"%track_register {line}", "refused")
    assert reply.status == "error"
    assert said in reply.text
    assert "Traceback" not in reply.text
    assert not [one for one in registry(trained).search_registered_models() if one.name.startswith("churn")]


def test_names_of_models_runs_and_options_are_completed(trained: LiveKernel) -> None:
    trained.ok("%track_register completed --alias champion", "completed")
    assert complete(trained, "%track_register compl") == ["completed"]
    assert "this" in complete(trained, "%track_register th")
    assert complete(trained, "%track_register completed --al") == ["--alias"]
    assert complete(trained, "%track_register completed --alias ") == ["champion", "challenger"]


def test_a_form_registers_what_was_typed_once(trained: LiveKernel) -> None:
    shown = form(trained)
    (model,) = shown["form"]["models"]
    assert (model["name"], shown["form"]["run_id"]) == ("model", run_id(trained, "second"))
    assert len(json.dumps(shown)) < 60_000
    key, uri = shown["key"], model["uri"]
    ask(trained, key, "register", name="formed", model=uri, aliases=["champion"])
    ask(trained, key, "register", name="formed-twice", model=uri)
    *before, last = pictures(trained, key, {"done", "failed"})
    assert last["error"] is None
    assert {one["state"] for one in before} == {"working"}
    assert [one["sequence"] for one in [*before, last]] == list(range(2, len(before) + 3))
    assert (last["card"]["name"], last["card"]["aliases"]) == ("formed", ["champion"])
    whole = last["whole"]
    assert whole["transient"]["display_id"] == key
    assert whole["metadata"]["nbtrack"] == {"registration": key, "cell_id": "form"}
    assert "models:/formed@champion" in whole["data"]["text/html"]
    ask(trained, key, "register", name="formed-late", model=uri)
    trained.ok("1")
    names = {one.name for one in registry(trained).search_registered_models()}
    assert names & {"formed", "formed-twice", "formed-late"} == {"formed"}


def test_a_form_asks_before_an_alias_moves_and_takes_no_for_an_answer(trained: LiveKernel) -> None:
    trained.ok(f"%track_register {run_id(trained, 'first')} asked --alias champion --alias challenger")
    shown = form(trained)
    key, uri = shown["key"], shown["form"]["models"][0]["uri"]
    wish = {"name": "asked", "model": uri, "aliases": ["champion", "challenger"]}
    ask(trained, key, "register", **wish)
    confirm = pictures(trained, key, {"confirm", "failed"})[-1]["confirm"]
    assert (confirm["alias"], confirm["from"]["version"], confirm["to"]) == ("champion", "1", "2")
    assert confirm["from"]["run_name"]
    assert confirm["run_ids"] == [run_id(trained, "first"), shown["form"]["run_id"]]
    assert len(registry(trained).search_model_versions("name = 'asked'")) == 1
    ask(trained, key, "yes")
    assert pictures(trained, key, {"confirm", "failed"})[-1]["confirm"]["alias"] == "challenger"
    ask(trained, key, "no")
    done = pictures(trained, key, {"done", "failed"})[-1]
    assert done["card"]["replaced"] == {"champion": "1"}
    client = registry(trained)
    at = {alias: str(client.get_model_version_by_alias("asked", alias).version) for alias in wish["aliases"]}
    assert at == {"champion": "2", "challenger": "1"}


def test_a_form_keeps_what_was_typed_when_it_is_refused(trained: LiveKernel) -> None:
    shown = form(trained)
    uri = shown["form"]["models"][0]["uri"]
    ask(trained, shown["key"], "register", name="a/b", model=uri, aliases=["kept"])
    failed = pictures(trained, shown["key"], {"failed", "done"})[-1]
    assert "«/»" in failed["error"]["message"]
    assert failed["form"]["values"]["aliases"] == ["kept"]
    ask(trained, shown["key"], "again")
    assert pictures(trained, shown["key"], {"form"})[-1]["form"]["values"]["name"] == "a/b"
    ask(trained, shown["key"], "register", name="again", model=uri)
    assert pictures(trained, shown["key"], {"failed", "done"})[-1]["card"]["name"] == "again"


@pytest.mark.parametrize(
    "said",
    [
        None,
        7,
        {"key": 7, "action": "register"},
        {"key": "unknown", "action": "register", "values": {}},
        {"action": "register"},
    ],
)
def test_a_page_that_says_nonsense_changes_nothing(trained: LiveKernel, said: object) -> None:
    content = {"comm_id": "page", "data": {"register": said}}
    trained.client.shell_channel.send(trained.client.session.msg("comm_msg", content))
    assert trained.ok("print(1)").text.strip() == "1"


def test_hostile_values_of_a_form_are_refused_in_its_place(trained: LiveKernel) -> None:
    shown = form(trained)
    content = {"register": {"key": shown["key"], "action": "register", "values": {"name": {}, "tags": 7}}}
    message = trained.client.session.msg("comm_msg", {"comm_id": "page", "data": content})
    trained.client.shell_channel.send(message)
    failed = pictures(trained, shown["key"], {"failed", "done"})[-1]
    assert failed["error"]["message"] == "A registered model needs a name."


def test_a_form_needs_nbtrack_loaded_and_a_model(kernel: LiveKernel) -> None:
    kernel.ok("import mlflow\nmlflow.log_metric('m', 1)")
    refused = kernel.run("%track_register")
    assert "No run of this notebook" in refused.text
    assert "Traceback" not in refused.text
    kernel.ok("%unload_ext nbtrack")
    kernel.ok("mlflow.set_tracking_uri('sqlite:///mlflow.db')")
    assert "nbtrack is not loaded" in kernel.run("import nbtrack\nnbtrack.register()").text
