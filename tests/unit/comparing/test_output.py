"""What a notebook keeps of a comparison: bounded, whole where there is room, and nothing that executes."""

from __future__ import annotations

import base64
import itertools
import json
import re
import struct
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

import nbtrack
from nbtrack.comparing import output
from nbtrack.comparing.output import LIMIT, MIME
from tests.unit.comparing.study import HOSTILE, STEPS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.comparing.study import Study

KEYS = {
    "version", "kind", "key", "store", "elsewhere", "run_ids", "baseline", "metric", "sections", "query",
    "said", "snapshot",
}  # fmt: skip


def bundle(compared: Any) -> dict[str, Any]:
    data: dict[str, Any] = compared._repr_mimebundle_()[0]
    return data


def bytes_in_a_notebook(data: dict[str, Any], folder: Path) -> int:
    """Return how much larger an output makes a notebook file."""
    sizes = []
    for one in ({}, data):
        cell = nbformat.v4.new_code_cell("c", id="c", outputs=[nbformat.v4.new_output("display_data", one)])
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "n.ipynb")
        sizes.append((folder / "n.ipynb").stat().st_size)
    return sizes[1] - sizes[0]


class Tags(HTMLParser):
    """The tags of a page, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_an_output_has_all_that_hosts_may_show(study: Study) -> None:
    data, metadata = nbtrack.compare(study.plain[:10])._repr_mimebundle_()
    assert set(data) == {MIME, "text/html", "image/png", "text/plain"}
    image = base64.b64decode(data["image/png"])
    assert image.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", image[16:24])
    shown = metadata["image/png"]
    assert width / shown["width"] == pytest.approx(height / shown["height"], rel=0.02)
    assert data["image/png"] in data["text/html"]
    payload = data[MIME]
    assert set(payload) == KEYS
    assert (payload["version"], payload["kind"], payload["metric"]) == (1, "compare", "val_loss")
    assert re.fullmatch("[0-9a-f]{32}", payload["key"])
    assert re.fullmatch("[0-9a-f]{16}", payload["store"])
    assert payload["sections"] == ["differs", "curves", "noise"]
    json.dumps(data, allow_nan=False)


def test_without_curves_the_means_of_configurations_are_drawn_or_else_the_runs(study: Study) -> None:
    seeds = nbtrack.compare(study.plain, metric="accuracy")
    assert seeds.shot().spec["title"]["text"].startswith("12 runs")  # type: ignore[index]
    swept = nbtrack.compare(children=study.sweep).shot()
    assert swept.payload["sections"] == ["differs", "plots", "noise", "importance"]
    assert swept.spec is not None
    assert [(row["x"], row["y"]) for row in swept.spec["datasets"]["rows"]] == [
        (number, 0.5 + number / 10) for number in range(4)
    ]
    assert swept.spec["encoding"]["x"]["title"] == "C"
    assert nbtrack.compare(study.odd[0], study.sweep).shot().spec is None


def test_the_snapshot_is_what_the_store_answers(study: Study) -> None:
    compared = nbtrack.compare(study.plain[:10])
    snapshot = bundle(compared)[MIME]["snapshot"]
    assert snapshot["compare"] == compared.source.ask("compare", run_ids=study.plain[:10])
    assert [(item["run_id"], item["key"], item["total"]) for item in snapshot["histories"]] == [
        (run_id, "val_loss", STEPS) for run_id in study.plain[:10]
    ]
    wanted = {"run_ids": study.plain[:10], "keys": ["val_loss"], "max_points": 200}
    assert snapshot["histories"] == compared.source.ask("history", **wanted)["items"]


def test_ten_runs_take_less_than_the_limit_in_the_file(study: Study, tmp_path: Path) -> None:
    data = bundle(nbtrack.compare(study.plain[:10]))
    assert bytes_in_a_notebook(data, tmp_path) <= LIMIT


@pytest.mark.parametrize("runs", [10, 100])
@pytest.mark.parametrize("text", ["x" * 5000, "é" * 900, "\n\\\"'<" * 180, "0.123456789"])
def test_much_and_long_content_is_cut_to_the_limit(runs: int, text: str, tmp_path: Path) -> None:
    picked = {"more": {}, "missing": [], "tags": {"t": [text] * runs}, "datasets": {}}
    row = {"run_id": "a" * 32, "name": text, "status": "FINISHED", "notebook": text}
    compared = {
        **picked,
        "runs": [row] * runs,
        "params": {f"p{number}{text[:200]}": [text] * runs for number in range(50)},
        "metrics": {f"m{number}": [number / 7] * runs for number in range(50)},
    }
    points = {"step": list(range(200)), "value": [step / 7 for step in range(200)]}
    points["timestamp"] = [1_700_000_000_000] * 200
    items = [
        {"run_id": "a" * 32, "key": f"m{number % 6}", "points": points, "total": 200} for number in range(120)
    ]
    snapshot = {"at": 1, "compare": output.picked(compared, list(range(runs))[:50]), "histories": items}
    payload = {"version": 1, "run_ids": ["a" * 32] * 1000, "snapshot": snapshot}
    data = output.bundle(
        payload, "text\n" * 20, "<table></table>" * 3000, b"\x89PNG" + bytes(output.PICTURE - 4)
    )
    assert bytes_in_a_notebook(data, tmp_path) <= LIMIT
    assert data[MIME]["snapshot"]["compare"]["runs"]


def test_curves_go_first_then_tags_then_texts() -> None:
    points = {"step": list(range(200)), "value": [0.5] * 200, "timestamp": [1] * 200}
    items = [{"run_id": "a", "key": f"m{number}", "points": points, "total": 200} for number in range(4)]
    compared = {
        "runs": [{"run_id": "a"}],
        "params": {"p": ["x" * 900]},
        "metrics": {},
        "tags": {"t": ["x"]},
        "datasets": {},
    }
    steps = list(output._smaller({"at": 1, "compare": compared, "histories": items}))
    sizes = [sum(len(item["points"]["step"]) for item in step["histories"]) for step in steps]
    assert sizes[0] == 800
    assert all(later <= before for before, later in itertools.pairwise(sizes))
    curved = [step for step in steps if step["histories"]]
    assert all(step["compare"] is compared for step in curved)
    bare = steps[len(curved) :]
    assert [bool(step["compare"]["tags"]) for step in bare] == [True, False, False, False, False, False]
    assert bare[1]["compare"]["params"] == compared["params"]
    assert len(bare[-1]["compare"]["params"]["p"][0]) < 100


def test_hostile_names_and_values_are_text_only(study: Study) -> None:
    compared = nbtrack.compare([*study.odd[1:], study.plain[0]], baseline=study.odd[2])
    data = bundle(compared)
    assert "<script>" not in data["text/html"]
    page = Tags(data["text/html"])
    assert page.tags <= {"div", "table", "thead", "tbody", "tr", "th", "td", "b", "img"}
    assert "<script>alert(1)</script>" in page.text
    for text in (data["text/plain"], page.text):
        assert "\x1b" not in text
    assert HOSTILE in json.loads(json.dumps(data[MIME]))["snapshot"]["compare"]["params"]["lr"]


def test_the_text_is_short_and_aligned(study: Study) -> None:
    text = bundle(nbtrack.compare(study.plain, metric="val_loss"))["text/plain"]
    lines = text.split("\n")
    assert len(lines) <= 20
    assert lines[0] == "12 runs compared · SQLite · mlflow.db"
    assert lines[1].split()[:7] == ["run", "status", "val_loss", "flag", "lr", "seed", "accuracy"]
    place = lines[1].index("val_loss")
    assert {line[place - 1] for line in lines[1:]} == {" "}
    assert max(map(len, lines)) <= 120


def test_a_hundred_runs_are_told_in_twenty_lines(study: Study) -> None:
    data = bundle(nbtrack.compare([*study.plain, *study.children, *study.odd]))
    lines = data["text/plain"].split("\n")
    assert len(lines) == 20
    assert "2 more runs" in lines[-1]


def test_the_best_value_is_marked_in_words_too(study: Study) -> None:
    html = bundle(nbtrack.compare(study.plain[:3]))["text/html"]
    assert html.count("(best)") == 2  # val_loss and accuracy
    row = re.search(r"metrics\.val_loss</th>(.*?)</tr>", html)
    assert row is not None
    assert row[1].split("</td>")[2].startswith("<td><b>")


@pytest.mark.parametrize("suffix", [".html", ".svg", ".png", ".csv", ".PNG"])
def test_a_comparison_is_saved_in_the_form_that_its_suffix_says(
    study: Study, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"compared{suffix}"
    nbtrack.compare(study.plain[0], study.odd[2]).save(file)
    content = file.read_bytes()
    begins = {".html": b"<!doctype html>", ".svg": b"<svg", ".png": b"\x89PNG", ".csv": b"run_id,"}
    assert content.startswith(begins[suffix.lower()])
    if suffix in (".html", ".svg"):
        assert b"<script>" not in content


def test_a_file_of_another_kind_is_refused(study: Study, tmp_path: Path) -> None:
    with pytest.raises(nbtrack.Invalid, match=r"\.html, \.svg, \.png, \.csv"):
        nbtrack.compare(study.plain[:2]).save(tmp_path / "compared.pdf")
    with pytest.raises(nbtrack.Invalid, match="no metric"):
        nbtrack.compare(study.odd[0], study.sweep).save(str(tmp_path / "compared.svg"))
    assert list(tmp_path.iterdir()) == []
