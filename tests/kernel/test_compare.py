"""Comparing runs in a real kernel: what is shown, what a page selects, and what it costs those who don't."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.kernel.live import of, until
from tests.kernel.test_magics import complete

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kernel.live import LiveKernel, Reply

MIME = "application/vnd.nbtrack.compare.v1+json"
WHOLE = {MIME, "text/html", "image/png", "text/plain"}
TRAIN = """
for C in (0.1, 1.0):
    for seed in range(2):
        mlflow.log_params({"C": C, "seed": seed})
        for step in range(5):
            mlflow.log_metric("val_loss", C / (step + 1) + seed / 100, step=step)
"""


@pytest.fixture(scope="module")
def trained(shared: LiveKernel) -> LiveKernel:
    """Return a kernel with a cell that has made four runs."""
    shared.ok(TRAIN, "train")
    return shared


def runs_of(kernel: LiveKernel) -> list[str]:
    """Return the ids of the cell's runs, without the one that stands for it."""
    return [run.info.run_id for run in of(kernel, "train") if run.data.params]


def shown(reply: Reply) -> dict[str, Any]:
    """Return what a cell has shown first."""
    data: dict[str, Any] = reply.displays[0]["data"]
    return data


def say(kernel: LiveKernel, data: dict[str, Any]) -> None:
    """Send what a page says on its comm, and wait until the kernel has heard."""
    content = {"comm_id": "page", "data": data}
    kernel.client.shell_channel.send(kernel.client.session.msg("comm_msg", content))
    kernel.ok("1")


def test_the_last_runs_are_shown_with_a_picture(trained: LiveKernel) -> None:
    reply = trained.ok("%track_compare --last 4", "compare")
    data = trained.left(reply, WHOLE)
    assert data[MIME]["run_ids"] == runs_of(trained)
    assert (data[MIME]["kind"], data[MIME]["metric"]) == ("compare", "val_loss")
    assert {item["key"] for item in data[MIME]["snapshot"]["histories"]} == {"val_loss"}
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert "4 runs compared" in data["text/plain"]


def test_a_picture_that_comes_late_keeps_the_key(trained: LiveKernel) -> None:
    trained.ok("from nbtrack.comparing import screen\nscreen._painter.close()\nscreen._PATIENCE = 0")
    reply = trained.ok("%track_compare --last 4", "late")
    assert set(shown(reply)) == WHOLE - {"image/png"}
    late = trained.left(reply, WHOLE)
    assert late[MIME]["key"] == shown(reply)[MIME]["key"]
    assert reply.displays[-1]["transient"] == reply.displays[0]["transient"]
    trained.ok("screen._PATIENCE = 2.0")


def test_without_a_page_the_picture_is_there_when_the_cell_ends(trained: LiveKernel) -> None:
    assert set(shown(trained.ok("%track_compare --last 4"))) == WHOLE


def test_showing_makes_no_run_and_leaves_autologging_alone(trained: LiveKernel) -> None:
    before = len(trained.runs())
    trained.ok("%track_compare --last 4", "again")
    trained.ok("%track_runs", "list")
    assert len(trained.runs()) == before
    assert trained.ok("print(mlflow.active_run())").stdout == "None\n"


def test_a_selection_on_the_page_reaches_the_object(trained: LiveKernel) -> None:
    key = shown(trained.ok("%track_compare --last 4", "select"))[MIME]["key"]
    trained.ok(
        "comparison = _\nheard = []\n"
        "comparison.observe(lambda change: heard.append(change['new']), 'selected')"
    )
    ids = runs_of(trained)
    trained.listen()
    say(trained, {"selected": {"key": key, "run_ids": ids[2:]}})
    assert trained.ok("print(comparison.selected == heard[0] == %r)" % ids[2:]).stdout == "True\n"  # noqa: UP031
    assert trained.ok("print(list(comparison.selected_frame['params.C']))").stdout == "['1.0', '1.0']\n"
    for wrong in ({"key": key, "run_ids": ["x"]}, {"key": "x", "run_ids": []}, "x", None, {"key": [1]}):
        say(trained, {"selected": wrong})
    assert trained.ok("print(len(comparison.selected), len(heard))").stdout == "2 1\n"


def test_a_table_of_the_cells_runs(trained: LiveKernel) -> None:
    reply = trained.ok("%track_runs --notebook --max 3", "table")
    payload = shown(reply)[MIME]
    assert (payload["kind"], payload["query"]["max"]) == ("runs", 3)
    assert payload["query"]["notebook"].endswith("study.ipynb")
    assert len(payload["run_ids"]) == 3
    cell = shown(trained.ok("%track_runs --cell", "train"))[MIME]
    assert cell["query"]["cell_ids"] == ["train"]
    assert len(cell["run_ids"]) == 5
    found = trained.ok("table = %track_runs \"params.C = '0.1'\"\nprint(len(table.frame), table)", "object")
    assert found.stdout.startswith("2 2 runs in the experiment study")
    assert found.displays == []


def test_filters_names_children_and_baselines_are_understood(trained: LiveKernel) -> None:
    ids = runs_of(trained)
    code = "%track_compare --children --baseline {} --metric val_loss"
    payload = shown(trained.ok(code.format(ids[1][:10]), "children"))[MIME]
    assert (payload["run_ids"], payload["baseline"]) == ([ids[1], ids[0], *ids[2:]], ids[1])
    filtered = shown(trained.ok("%track_compare --filter \"params.C = '1.0'\"", "filter"))[MIME]
    assert filtered["run_ids"] == ids[2:]
    name = next(run.info.run_name for run in of(trained, "train") if run.info.run_id == ids[3])
    named = shown(trained.ok(f"%track_compare {name} {ids[0][:6]}", "name"))[MIME]
    assert named["run_ids"] == [ids[3], ids[0]]
    again = shown(trained.ok(named["said"], "said"))[MIME]
    assert again["run_ids"] == named["run_ids"]


def test_mistakes_are_answered_in_a_line(trained: LiveKernel) -> None:
    for line, part in (
        ("%track_compare --lst 3", "did you mean --last?"),
        ("%track_compare --last none", "no number of runs"),
        ("%track_compare nobody", "There is no run 'nobody'"),
        ("%track_compare --last 1", "One run is no comparison"),
        ("%track_runs --notebook --cell", "not allowed with"),
        ("%track_runs --experiment stdy", "Did you mean study?"),
        ("%track_runs metrics.x", "For example"),
    ):
        reply = trained.run(line, "mistake")
        assert part in reply.text, line
        assert "Traceback" not in reply.text
    assert "tell cells apart" in trained.run("%track_runs --cell").text


def test_help_and_completion(trained: LiveKernel) -> None:
    help_ = trained.run("%track_compare?").content["payload"][0]["data"]["text/plain"]
    assert "--baseline RUN" in help_
    assert "--order-by X" in trained.run("%track_runs?").content["payload"][0]["data"]["text/plain"]
    name = next(run.info.run_name for run in of(trained, "train") if run.data.params)
    assert name in complete(trained, f"%track_compare {name[:5]}")
    assert name in complete(trained, f"%track_compare x --baseline {name[:5]}")
    assert complete(trained, "%track_compare --chil") == ["--children"]
    assert complete(trained, "%track_runs --or") == ["--order-by"]
    assert complete(trained, "%track_runs --experiment stu") == ["study"]


def test_who_does_not_compare_imports_nothing_of_it(kernel: LiveKernel) -> None:
    kernel.ok("import mlflow\nmlflow.log_metric('a', 1)", "cell")
    until(lambda: of(kernel, "cell"))
    loaded = "import sys\nprint(*sorted(name for name in sys.modules if 'nbtrack.comparing' in name))"
    assert kernel.ok(loaded).stdout.split() == ["nbtrack.comparing", "nbtrack.comparing.selection"]


def test_a_kernel_without_the_extension_shows_it_too(bare: Callable[..., LiveKernel]) -> None:
    kernel = bare()
    kernel.ok(
        "import mlflow, nbtrack\nmlflow.set_tracking_uri('sqlite:///mlflow.db')\nmlflow.set_experiment('x')"
    )
    kernel.ok(
        "for a in 1, 2:\n    with mlflow.start_run(): mlflow.log_param('a', a); mlflow.log_metric('m', a)"
    )
    data = shown(kernel.ok("nbtrack.compare(last=2)"))
    assert set(data) == WHOLE
    assert data[MIME]["snapshot"]["compare"]["params"] == {"a": ["1", "2"]}
