"""The form under a cell: what is typed comes from the page, what becomes of it is shown in its place.

::

    form ──register──▶ working ──▶ done
     ▲                  │  ▲ └───▶ failed ──register──▶ working
     └───again── failed ┘  └yes, no── confirm

What a page asks for is done in a thread, one thing at a time: whatever it asks meanwhile is left alone.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from nbtrack import switch
from nbtrack.errors import Invalid, NbtrackError, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.comparing.source import Source
    from nbtrack.registering.found import Found
    from nbtrack.registering.progress import Progress
    from nbtrack.registering.wish import Move, Registered, Wish

    Json = dict[str, Any]

_log = logging.getLogger(__name__)

_KEPT = 20
"""Forms that a kernel goes on with; who lost an older one executes its cell again."""
_MOST_NAMES = 200

_forms: OrderedDict[str, Form] = OrderedDict()


class Form:
    """A form that registers a model; `%track_register` makes it. The last line of a cell shows it.

    Parameters
    ----------
    source
        The store.
    run
        As `nbtrack.register` takes it.

    Attributes
    ----------
    registered
        What came of it; None as long as nothing has.

    Raises
    ------
    Invalid
        If nbtrack is not loaded in this kernel: nobody would hear what the page asks for.
    NotFound
        If there is no such run, or it has no model.
    """

    def __init__(self, source: Source, run: Any = None) -> None:
        from nbtrack import capabilities
        from nbtrack.registering import patience
        from nbtrack.registering.logged import plainly
        from nbtrack.registering.stand import Stand

        switch.track()
        _prepare(source)
        self.registered: Registered | None = None
        self._source = source
        with patience.calls(), plainly(source):
            notes = capabilities.sentences(capabilities.of(source.client))
            self._fill(source.client, run)
        self._lock = threading.Lock()
        self._busy = False
        self._wish: Wish | None = None
        self._agreed: dict[str, str] = {}
        self._moves: list[Move] = []
        self._to: str | None = None
        self._beside: dict[str, list[str]] = {}
        self._stand = Stand(source.digest, notes)
        self._stand.put("form", form=self._form())
        _forms[self._stand.key] = self
        while len(_forms) > _KEPT:
            _forms.popitem(last=False)

    def __repr__(self) -> str:
        text: str = self._stand.bundle["text/plain"]
        return text

    def _ipython_display_(self) -> None:
        from IPython import get_ipython

        self._stand.appear(get_ipython())

    def asked(self, action: str, values: object) -> None:
        """Do what the page asks for, in a thread; nothing where that makes no sense now."""
        with self._lock:
            if self._busy or action not in _ACTIONS.get(self._stand.state, ()):
                _log.debug("a page asked for %.20r in state %s", action, self._stand.state)
                return
            self._busy = True
        work = threading.Thread(
            target=self._work, args=(action, values), name="nbtrack-register", daemon=True
        )
        work.start()

    # -- in the thread -----------------------------------------------------------------------------

    def _work(self, action: str, values: object) -> None:
        try:
            self._answer(action, values)
        except Exception as error:  # noqa: BLE001 - nobody waits for this thread: the page is where to tell
            from nbtrack.store.faults import understood

            found = understood(error, self._source.uri)
            if found is None:
                _log.debug("a registration failed", exc_info=True)
                # The error's text may quote a URI with credentials.
                found = NbtrackError(
                    f"The model could not be registered ({type(error).__name__}).",
                    hint="`%track_register NAME` in a cell does the same, and shows the traceback.",
                )
            said = {"message": found.message, "hint": found.hint}
            self._stand.put("failed", error=said, form=self._form())
        finally:
            self._busy = False

    def _answer(self, action: str, values: object) -> None:
        if action == "again":
            self._stand.put("form", form=self._form())
            return
        if action == "register":
            self._values = read(values)
            self._wish, self._agreed, self._moves = self._wished(), {}, []
        elif self._moves:
            self._decide(agreed=action == "yes")
        if self._moves:
            self._ask()
        else:
            self._carry_out()

    def _decide(self, *, agreed: bool) -> None:
        """Take the answer about the alias that was asked for."""
        from dataclasses import replace

        assert self._wish is not None  # noqa: S101
        move = self._moves.pop(0)
        if agreed:
            self._agreed[move.alias] = move.version
        else:
            others = tuple(alias for alias in self._wish.aliases if alias != move.alias)
            self._wish = replace(self._wish, aliases=others)

    def _ask(self) -> None:
        move = self._moves[0]
        held = {"version": move.version, "run_name": move.run_name}
        asked = {"alias": move.alias, "from": held, "to": self._to, "run_ids": self._beside[move.alias]}
        self._stand.put("confirm", confirm=asked)

    def _carry_out(self) -> None:
        from nbtrack.registering import carried, output
        from nbtrack.registering.pace import Pace
        from nbtrack.registering.progress import Progress
        from nbtrack.registering.wish import WouldMove

        assert self._wish is not None  # noqa: S101
        pace = Pace(self._tell)
        pace.tell(Progress("registering"))
        try:
            done = carried.carry_out(self._source, self._wish, pace.tell, agreed=self._agreed)
        except WouldMove as error:
            self._moves, self._to = list(error.moves), error.to
            self._beside = {move.alias: error.beside(move) for move in error.moves}
        finally:
            pace.stop()
        if self._moves:
            self._ask()
        else:
            self.registered = done
            self._stand.put("done", card=output.card(done))

    def _tell(self, step: Progress) -> None:
        from nbtrack.registering import output

        self._stand.put("working", progress=output.step(step))

    def _wished(self) -> Wish:
        """Return what was typed as a wish."""
        from nbtrack.registering.wish import Wish

        known = [_key(one) for one in self._models]
        chosen = self._values["model"] if self._values["model"] in known else None
        if chosen is None and len(known) != 1:
            raise Invalid("It was not said which of the run's models is meant.", hint="Choose one.")
        return Wish(
            name=self._values["name"],
            run_id=self._run_id,
            model=chosen or known[0],
            aliases=tuple(self._values["aliases"]),
            tags={tag["key"]: tag["value"] for tag in self._values["tags"]},
            description=self._values["description"] or None,
        )

    # -- what is shown -----------------------------------------------------------------------------

    def _fill(self, client: Any, run: Any) -> None:
        """Look up what the form offers."""
        from mlflow.exceptions import MlflowException

        from nbtrack.registering import found, memory, resolving

        self._run_id = resolving.run_of(self._source, run)
        self._run_name = client.get_run(self._run_id).info.run_name
        self._models = found.models_of(self._source, self._run_id)
        if not self._models:
            raise memory.why_not(self._run_id) or NotFound(
                f"The run {self._run_name} has no model.", hint="Execute its cell again, or name another run."
            )
        latest = ["last_updated_timestamp DESC"]
        self._names: list[str] = []
        with contextlib.suppress(MlflowException):  # not every store can list or order them
            page = client.search_registered_models(max_results=_MOST_NAMES, order_by=latest)
            self._names = [one.name for one in page]
        self._values = {**read(None), "model": _key(self._models[0])}

    def _form(self) -> Json:
        from nbtrack.registering import output

        return {
            "run_id": self._run_id,
            "run_name": self._run_name,
            "models": [output.model(one) for one in self._models],
            "names": output.names(self._names),
            "values": self._values,
        }


_ACTIONS = {
    "form": {"register"},
    "failed": {"register", "again"},
    "confirm": {"yes", "no"},
}


def hear(message: Mapping[str, Any]) -> None:
    """Take what a page has sent; whatever is for none of the forms here changes nothing."""
    said = message.get("register")
    if not isinstance(said, dict):
        return
    key, action = said.get("key"), said.get("action")
    form = _forms.get(key) if isinstance(key, str) else None
    if form is None or not isinstance(action, str):
        _log.debug("a page registers by a form that is not known: %.200r", said)
        return
    form.asked(action, said.get("values"))


def read(values: object) -> Json:
    """Return what was typed, of whatever a page has sent."""
    said = values if isinstance(values, dict) else {}

    def text(holder: dict[Any, Any], key: str) -> str:
        found = holder.get(key)
        return found if isinstance(found, str) else ""

    aliases, tags = said.get("aliases"), said.get("tags")
    return {
        "name": text(said, "name"),
        "model": text(said, "model") or None,
        "aliases": [one for one in aliases if isinstance(one, str)] if isinstance(aliases, list) else [],
        "tags": [
            {"key": text(one, "key"), "value": text(one, "value")}
            for one in (tags if isinstance(tags, list) else [])
            if isinstance(one, dict) and text(one, "key")
        ],
        "description": text(said, "description"),
    }


def _key(found: Found) -> str:
    """Return what the page calls a model by, as `keyOf` does there."""
    return found.uri or found.name


def _prepare(source: Source) -> None:
    """Import what the thread needs: MLflow's hooks on imports can lock out any but the caller's."""
    from nbtrack.registering import carried, memory, output, pace, progress, wish  # noqa: F401
    from nbtrack.store import faults  # noqa: F401

    memory.prepare()
    carried.prepare(source)
