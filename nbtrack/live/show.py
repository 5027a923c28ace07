"""A card on the screen: when to send a frame, when to replace the display, and the end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbtrack.live import stays
from nbtrack.live.frame import MIME, frame, snapshot
from nbtrack.live.layout import lay_out
from nbtrack.picture import VEGALITE, fits, metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.live.card import Card
    from nbtrack.live.frame import Detail
    from nbtrack.live.pages import Pages
    from nbtrack.live.screen import Screen
    from nbtrack.live.stays import Png
    from nbtrack.live.system import System
    from nbtrack.look import Look

# The display is what a reloaded page, a dead kernel or a front end without our extension has: rarely
# replaced while a page gets frames, else the only thing that moves.
WITH_PAGES_SECONDS = 5.0
WITHOUT_PAGES_SECONDS = 1.0


class Show:
    """Draws one card. All of it in the drawing thread.

    Parameters
    ----------
    pages
        Get frames, as long as the card goes on.
    tell
        Called with a sentence for the user.
    behind
        Returns in words how far the store is behind, "" where it keeps up.
    """

    def __init__(
        self,
        card: Card,
        screen: Screen,
        pages: Pages,
        look: Look,
        system: System,
        tell: Callable[[str], None],
        behind: Callable[[], str] = lambda: "",
    ) -> None:
        self.card = card
        self.due = 0.0
        self.lags = False
        self._screen = screen
        self._pages = pages
        self._look = look
        self._system = system
        self._tell = tell
        self._behind = behind
        self._drawn = 0
        self._left: stays.Left | None = None
        self._stays: tuple[dict[str, Any], dict[str, Any]] | None = None

    def draw(self) -> None:
        """Show what has changed since the last time."""
        if self._look.live == "off" or not self.card.visible:
            return
        if self._drawn != self.card.changes:
            self._drawn = self.card.changes
            self.lags = True
            if self._pages:
                self._pages.send(*self._frame())
        if self.lags and time.monotonic() >= self.due:
            self._replace()

    def renew(self) -> None:
        """Draw again: a page has come that may have seen nothing yet."""
        self._drawn = -1
        if self._stays is not None:
            self._screen.show(*self._stays)

    def again(self) -> None:
        """Show what was shown last once more. In any thread."""
        self._screen.again()

    def finish(self, status: str, now: int) -> None:
        """Say how the cell ended and leave the chart that stays; its picture takes longer: `paint`."""
        self.card.end(status, now)
        if not self.card.visible:
            return
        if self._screen.shown and self._pages:
            self._pages.send(*self._frame())
        self._left = stays.left(self.card, self._look, self._tell)
        self._leave(self._meanwhile(self._left.bundle()))

    def paint(self, png: Png) -> None:
        """Add the picture for those who can't draw the chart. In a thread of its own, behind."""
        if self._left is not None and self._left.chart is not None:
            self._leave(self._left.bundle(png))
            self._left = None

    def _meanwhile(self, bundle: dict[str, Any]) -> dict[str, Any]:
        """Return what is left, for as long as it has no picture; for good if that never comes.

        JupyterLab paints a chart that comes without a picture, and writes that into the notebook. Of two
        pages that share the notebook and do so at once, it keeps both outputs. Where our card stands before
        the chart, saying that it has ended, JupyterLab does not.
        """
        if VEGALITE not in bundle or self._look.live == "off":
            return bundle
        both = {MIME: snapshot(*self._frame(), bundle[VEGALITE] if self._own else None), **bundle}
        return both if fits(both, self._look.save) else bundle

    def _leave(self, bundle: dict[str, Any]) -> None:
        self._stays = (bundle, metadata(bundle))
        self._screen.show(*self._stays)

    @property
    def _own(self) -> bool:
        """The user's own chart is drawn, not nbtrack's."""
        return self._look.chart is not None and self._look.live == "full"

    def _frame(self) -> tuple[dict[str, Any], bytes]:
        detail: Detail = "compact" if self._look.live == "compact" else "full"
        # A picture that stays must not say so for ever.
        behind = (self._behind() or None) if self.card.ended is None else None
        return frame(self.card, lay_out(self.card), detail=detail, behind=behind, system=self._system.read())

    def _replace(self) -> None:
        head, points = self._frame()
        own = self._own
        bundle: dict[str, Any] = {"text/plain": stays.summary(self.card)}
        if self._screen.shown and (own or not self._pages):
            bundle |= stays.moving(self.card, self._look, self._tell)
        chart = bundle.get(VEGALITE) if own else None
        self._screen.show({MIME: snapshot(head, points, chart), **bundle})
        self.lags = False
        often = own or not self._pages
        self.due = time.monotonic() + (WITHOUT_PAGES_SECONDS if often else WITH_PAGES_SECONDS)
