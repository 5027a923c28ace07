"""Names are judged before anything is sent."""

from __future__ import annotations

import pytest
from mlflow.store.artifact.utils.models import _parse_model_uri
from mlflow.utils import validation

from nbtrack.errors import Invalid
from nbtrack.registering import names

LETTERS = [chr(code) for code in (*range(32, 127), 9, 10, 0x7F, 0xE9, 0x1F98A, 0x202E, 0x2028)]


def test_every_name_that_is_let_through_can_be_written_in_a_uri() -> None:
    refused = set()
    for letter in LETTERS:
        try:
            name = names.name(f"a{letter}b")
        except Invalid:
            refused.add(letter)
            continue
        validation._validate_model_name(name)
        assert _parse_model_uri(f"models:/{name}@champion")[1:] == (name, None, None, "champion")
        assert _parse_model_uri(f"models:/{name}/3")[1:3] == (name, "3")
    assert refused == set("/:?\t\n\x7f\u202e\u2028")


def test_spaces_around_a_name_are_a_slip() -> None:
    assert names.name("  churn ") == "churn"


@pytest.mark.parametrize("given", [None, "", "  ", ".", "..", "x" * 257, "\ud800"])
def test_what_is_no_name_is_refused_with_a_cure(given: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        names.name(given)
    assert refused.value.hint
    refused.value.message.encode()  # it can be printed, whatever the name


def test_aliases_are_those_that_mlflow_takes() -> None:
    assert names.aliases(["champion", "@eu-west_1", "champion"]) == ("champion", "eu-west_1")
    for bad in ("v3", "V3", "latest", "Latest", "12", "a b", "a.b", "", "tail\n\n!", "x" * 201):
        with pytest.raises(Invalid):
            names.alias(bad)


def test_tags_and_descriptions_that_a_store_would_cut_are_refused() -> None:
    names.texts({"team": "growth", "a/b.c-d": ""}, "fine")
    for tags, description in (
        ({"": "x"}, None),
        ({"a\nb": "x"}, None),
        ({"x" * 251: "x"}, None),
        ({"x": "y" * 5001}, None),
        ({}, "z" * 5001),
    ):
        with pytest.raises(Invalid) as refused:
            names.texts(tags, description)
        assert refused.value.hint


def test_close_names_are_found_in_any_case() -> None:
    assert names.close("Chrun", ["churn", "fraud"], otherwise="-") == "Did you mean churn?"
    assert names.close("zzz", ["churn"], otherwise="-") == "-"
