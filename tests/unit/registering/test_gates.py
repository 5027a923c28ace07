"""Gates: what can be said, and what refuses."""

from __future__ import annotations

import pytest

from nbtrack.errors import Invalid
from nbtrack.registering import gates
from nbtrack.registering.gates import Gate


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("f1 >= 0.9", ("f1", ">=", None, 0.9)),
        ("f1>=.9", ("f1", ">=", None, 0.9)),
        ("loss < 1e-3", ("loss", "<", None, 0.001)),
        ("val loss <= -2", ("val loss", "<=", None, -2.0)),
        ("f1 = 1", ("f1", "=", None, 1.0)),
        ("f1 != 0", ("f1", "!=", None, 0.0)),
        ("f1 >= champion", ("f1", ">=", "champion", 0.0)),
        ("f1 > champion + 0.01", ("f1", ">", "champion", 0.01)),
        ("loss < @champion-0.01", ("loss", "<", "champion", -0.01)),
        ("f1 > my-alias - 1e-2", ("f1", ">", "my-alias", -0.01)),
        ("`a/b` > 1", ("a/b", ">", None, 1.0)),
    ],
)
def test_what_a_gate_says(said: str, expected: tuple[str, str, str | None, float]) -> None:
    assert gates.parse(said) == Gate(said, *expected)


@pytest.mark.parametrize(
    "said", ["", "f1", "f1 >=", ">= 3", "f1 >= nan", "f1 >= inf", "f1 >= champion +", "f1 > a + b", "f1 > v3"]
)
def test_what_is_no_gate_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(Invalid) as refused:
        gates.parse(said)
    assert "champion" in refused.value.hint


def checked(said: str, candidate: dict[str, float], champion: dict[str, float] | None = None) -> list[str]:
    return gates.check(
        [gates.parse(said)], candidate, lambda _: None if champion is None else ("3", champion)
    )


def test_a_gate_that_holds_says_what_it_saw() -> None:
    assert checked("f1 > champion", {"f1": 0.9}, {"f1": 0.8}) == [
        "«f1 > champion» holds: f1 is 0.9, champion (version 3) has 0.8."
    ]


def test_sums_are_those_of_paper_and_not_of_binary_fractions() -> None:
    assert checked("f1 >= champion + 0.1", {"f1": 0.3}, {"f1": 0.2})  # 0.1 + 0.2 is more than 0.3
    with pytest.raises(Invalid, match=r"makes the bound 0\.3\."):
        checked("f1 > champion + 0.1", {"f1": 0.3}, {"f1": 0.2})


def test_two_figures_that_differ_look_different() -> None:
    with pytest.raises(Invalid, match=r"f1 is 0\.9000001, champion \(version 3\) has 0\.9000002\."):
        checked("f1 >= champion", {"f1": 0.9000001}, {"f1": 0.9000002})


def test_a_value_that_is_no_number_passes_no_gate() -> None:
    for sign in (">=", "<=", "!="):
        with pytest.raises(Invalid, match="f1 is nan"):
            checked(f"f1 {sign} 0.5", {"f1": float("nan")})


def test_a_metric_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(Invalid) as refused:
        checked("acuracy > 0.5", {"accuracy": 0.9, "f1": 0.8})
    assert "There are accuracy, f1." in refused.value.message
    assert refused.value.hint == "Did you mean accuracy?"
    with pytest.raises(Invalid, match=r"champion \(version 3\) has no metric 'f1'\. There are loss\."):
        checked("f1 > champion", {"f1": 0.9}, {"loss": 0.1})
    with pytest.raises(Invalid, match="none at all"):
        checked("f1 > 0.5", {})
    with pytest.raises(Invalid, match=r"and 88 more\."):
        checked("zzz > 0.5", {f"m{number}": 1.0 for number in range(100)})


def test_a_champion_that_is_not_there_yet_stops_nobody() -> None:
    assert "There is no champion yet" in checked("f1 > champion", {"f1": 0.1})[0]
