"""Deque's axe in the page of a test: what keeps people from using our elements, be it by ear or by eye."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SOURCE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
# Ours alone: JupyterLab's own elements are its authors' to judge.
_OURS = [
    *(".nbtrack-Sidebar", ".nbtrack-Compare", ".nbtrack-Register"),
    *(".nbtrack-CellBadge", ".nbtrack-Live", ".jp-Dialog-body"),
]
_GRAVE = ["serious", "critical"]
# JupyterLab's body has no height: axe takes all that is in it for hidden, and judges no colour.
_SEEN = "document.body.style.minHeight = '100vh'"
# Colours that are on their way to others would be judged as they are now.
_STILL = """Promise.allSettled(document.getAnimations()
  .filter(one => one.effect?.getTiming().iterations !== Infinity)
  .map(one => one.finished)).then(() => null)"""
_RUN = """async ([selectors, grave]) => {
  const include = selectors.filter(one => document.querySelector(one) !== null).map(one => [one]);
  const found = await axe.run({ include }, { iframes: false });
  const seen = [...found.passes, ...found.violations]
    .filter(one => one.id === 'color-contrast')
    .flatMap(one => one.nodes)
    .filter(node => node.any[0]?.data?.messageKey !== 'hidden');
  return {
    seen: seen.length,
    problems: found.violations.filter(one => grave.includes(one.impact)).flatMap(one =>
      one.nodes.map(node => [one.id, node.target.join(' '), node.html.slice(0, 160), node.failureSummary])
    )
  };
}"""


def problems(page: Page, state: str) -> list[str]:
    """Return what is grave in the elements of ours that the page shows now, a line for each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SOURCE.read_text())
    page.evaluate(_SEEN)
    page.evaluate(_STILL)
    found: dict[str, Any] = page.evaluate(_RUN, [_OURS, _GRAVE])
    assert found["seen"] > 0, f"{state}: axe sees nothing of ours"
    return [
        f"{state}: {rule} at {target}: {html}\n    {' '.join(why.split())}"
        for rule, target, html, why in found["problems"]
    ]
