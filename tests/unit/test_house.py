"""Rules of the house that no linter knows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import nbtrack
from nbtrack import tags

ROOT = Path(nbtrack.__file__).parent.parent
LONGEST = 300
HEAVY = {
    "mlflow",
    "pandas",
    "numpy",
    "altair",
    "IPython",
    "jupyter_server",
    "tornado",
    "detect_secrets",
    "ipywidgets",
}

PLAIN = [
    "comparing.selection",
    "connecting.checking", "connecting.identity", "connecting.named", "connecting.workspace",
    "journal.into_sqlite", "journal.left", "journal.sender", "journal.spawn", "journal.writer",
    "direction",
    "grouping",
    "panel",
    "look",
    "loops",
    "picture",
    "detectors", "errors", "gitstate", "keywords", "leftover", "packages", "project", "records", "redact",
    "importance", "noise", "numerals", "runtime", "schema", "seeds", "settings", "sqlite",
    "storefile", "tags", "troubles", "uris", "welch",
]  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_package_is_light() -> None:
    assert loaded_by("import nbtrack") & HEAVY == set()


def test_importing_the_plain_modules_is_light() -> None:
    light = [f"nbtrack.{name}" for name in PLAIN if name not in {"detectors", "keywords"}]
    assert loaded_by(f"import {', '.join(light)}") & HEAVY == set()


@pytest.mark.parametrize("name", nbtrack.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert name in dir(nbtrack)
    value = getattr(nbtrack, name)
    assert isinstance(value, str) or value.__doc__


def own_tags() -> set[str]:
    return {
        value
        for name, value in vars(tags).items()
        if name.isupper() and isinstance(value, str) and value.startswith("nbtrack.")
    }


def test_every_tag_of_ours_has_a_meaning_and_an_example() -> None:
    assert own_tags() == {key for key in tags.DOCUMENTED if key.startswith("nbtrack.")}
    assert all(meaning and example for meaning, example in tags.DOCUMENTED.values())


def test_every_tag_of_ours_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {tag for tag in own_tags() if f"`{tag}`" not in readme} == set()


def test_no_file_is_long() -> None:
    sources = [*(ROOT / "nbtrack").rglob("*.py"), *(ROOT / "labextension" / "src").rglob("*.ts*")]
    long = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in sources
    }
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_no_file_is_called_helpers() -> None:
    names = {file.stem for file in (ROOT / "nbtrack").rglob("*.py")}
    assert names & {"utils", "util", "helpers", "helper", "misc", "common"} == set()
