"""What a live card costs the kernel: a frame, and the training loop behind which it is drawn."""

from __future__ import annotations

import json
from contextvars import copy_context
from functools import partial
from time import monotonic, process_time, sleep, thread_time
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.table import Line, compared, rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlflow.entities import Metric

    from nbtrack.live.card import Card

SERIES = 10
A_FRAME = 25  # points of each series between two frames: 170 a second at seven frames


def frames() -> Iterator[Line]:
    """Kernel CPU of one update: ours after more and more points, Altair's own live chart at the same."""
    peers = {points: _jupyter_chart(points) for points in (1_000, 10_000)}
    for logged in (1_000, 10_000, 1_000_000, 10_000_000):
        card = _filled(logged)
        named = min(logged, 10_000)
        ours: list[float] = []
        theirs: list[float] = []
        for number in rounds(40, 6, 5):
            metrics = _metrics(logged + number * A_FRAME, A_FRAME)
            ours.append(_cpu(partial(_frame, card, metrics)))
            theirs.append(_cpu(peers[named]))
        yield compared(
            f"a frame of {SERIES} series, {logged:,} points logged to each",
            (f"altair.JupyterChart, {named:,} points in all", theirs),
            ours,
            most_ms=2,
        )


def loop() -> Iterator[Line]:
    """CPU that drawing takes in all other threads while a loop logs 10,000 metrics a second."""
    shares = [1000 * _share(10_000, 3.0) for _ in rounds(3, 15)]
    yield compared(
        "drawing behind 10,000 metrics a second, each second",
        ("the second", [1000.0] * len(shares)),
        shares,
        most_ratio=0.01,
    )


def _cpu(work: Callable[[], object]) -> float:
    before = thread_time()
    work()
    return 1000 * (thread_time() - before)


def _metrics(step: int, count: int) -> list[Metric]:
    from mlflow.entities import Metric

    return [
        Metric(
            f"metric_{one}", 1.5 + float(np.sin((step + at) / 50 + one)), 1_700_000_000_000 + at, step + at
        )
        for at in range(count)
        for one in range(SERIES)
    ]


def _filled(logged: int) -> Card:
    """Return a card whose series have taken so many points each."""
    from nbtrack.live.card import Card
    from nbtrack.series import Series

    card = Card("nbtrack-bench-1", "cell", 1_700_000_000_000)
    run = card.add_run("run", "1", "run")
    assert run is not None
    for one in range(SERIES):
        series = run.series[f"metric_{one}"] = Series()
        for start in range(0, logged, 1_000_000):
            steps = np.arange(start, min(start + 1_000_000, logged), dtype=np.float64)
            series.add(steps, 1.7e12 + steps, 1.5 + np.sin(steps / 50 + one))
    return card


def _frame(card: Card, metrics: list[Metric]) -> None:
    from nbtrack.live.frame import frame
    from nbtrack.live.layout import lay_out

    card.add_metrics(card.runs["run"], metrics)
    head, _ = frame(card, lay_out(card), detail="full", behind=None, system=[])
    json.dumps(head)


def _jupyter_chart(points: int) -> Callable[[], None]:
    """Return an update of Altair's own live chart: a new chart with all the data."""
    import altair as alt
    import pandas as pd  # type: ignore[import-untyped]

    alt.data_transformers.disable_max_rows()
    step = np.arange(points // SERIES)
    data = pd.concat(
        [
            pd.DataFrame({"step": step, "value": np.sin(step / 50 + one), "metric": f"metric_{one}"})
            for one in range(SERIES)
        ]
    )
    live = alt.JupyterChart(alt.Chart(data).mark_line().encode(x="step", y="value", color="metric"))

    def update() -> None:
        live.chart = alt.Chart(data).mark_line().encode(x="step", y="value", color="metric")
        json.dumps(live.spec)  # what its comm does; there is none here

    return update


class _Page:
    """The near end of a page's comm, without a socket behind it."""

    def on_close(self, _: Any) -> None:
        """Never closed."""

    def on_msg(self, _: Any) -> None:
        """Never asked."""

    def send(self, head: Any, buffers: Any) -> None:  # noqa: ARG002 - bytes cost nothing to pass on
        """Make the message."""
        json.dumps(head)


class _Nowhere:
    def publish(self, data: Any, metadata: Any, *, transient: Any, update: bool) -> None:
        """Show nothing: the socket is another thread's."""


def _share(a_second: int, seconds: float) -> float:
    """Return the share of a core that all threads but the logging one take."""
    from nbtrack.live.drawing import Drawing
    from nbtrack.live.screen import Screen
    from nbtrack.live.show import Show
    from nbtrack.live.system import System
    from nbtrack.look import Look

    card = _filled(1_000)
    drawing = Drawing(lambda _: None)
    screen = Screen(_Nowhere(), copy_context(), card.key, "cell")
    show = Show(card, screen, drawing.pages, Look(), System(), lambda _: None)
    drawing.pages.opened(_Page(), {})
    drawing.start()
    drawing.now(lambda: drawing.add(show)).wait()
    batch = _metrics(0, 1)
    pause = len(batch) / a_second

    def log_for(long: float) -> float:
        """Return the share that was taken meanwhile."""
        own, all_threads, begun, logged = thread_time(), process_time(), monotonic(), 0
        while (now := monotonic()) - begun < long:
            while logged * pause < now - begun:
                drawing.post(lambda: card.add_metrics(card.runs["run"], batch))
                logged += 1
            sleep(0.001)
        return (process_time() - all_threads - (thread_time() - own)) / (monotonic() - begun)

    log_for(1.0)
    share = log_for(seconds)
    drawing.stop(5)
    return share
