"""`python -m tests.soak`: fault after fault, and one line for each scenario with what was lost or doubled.

Exits with 1 where anything was. It ends by itself: whatever is waited for has a limit.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from tests.soak.killed import both, kernels
from tests.soak.place import Place
from tests.soak.senders import senders
from tests.soak.servers import servers
from tests.soak.sharing import sharing
from tests.soak.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    Scenario = Callable[[Place, random.Random, float, Callable[[str], None]], Tally]

SCENARIOS: dict[str, Scenario] = {
    "kernel killed": kernels,
    "sender killed": senders,
    "two kernels and a reader": sharing,
    "server in trouble": servers,
    "both killed, then nbtrack sync": both,
}


def main() -> int:
    """Run all scenarios; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="how much of the full run, 0.02 to try it")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311 - no secret
    parser.add_argument("--only", choices=SCENARIOS, help="the one scenario to run")
    chosen = parser.parse_args()
    _tell(f"seed {chosen.seed}, scale {chosen.scale:g}")
    lines = []
    well = True
    for name, scenario in SCENARIOS.items():
        if chosen.only not in (None, name):
            continue
        _tell(f"{name} …")
        tally, seconds = _run(scenario, random.Random(f"{chosen.seed} {name}"), chosen.scale)  # noqa: S311
        well = well and tally.is_well
        lines.append(tally.line(name, seconds))
        _tell(lines[-1])
    print("\n".join(["", f"seed {chosen.seed}, scale {chosen.scale:g}", *lines]))  # noqa: T201 - a command
    return 0 if well else 1


def _run(scenario: Scenario, chance: random.Random, scale: float) -> tuple[Tally, float]:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nbtrack-soak-", ignore_cleanup_errors=True) as folder:
        place = Place(Path(folder))
        try:
            tally = scenario(place, chance, scale, lambda text: _tell(f"    {text}"))
        except Exception as error:  # noqa: BLE001 - the other scenarios are still worth running
            _tell(traceback.format_exc())
            tally = Tally(faults=[f"{type(error).__name__}, see above"])
        finally:
            place.clear()
    return tally, time.monotonic() - begun


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
