"""Keeps files that are logged while the store is away: the sender uploads them when it answers again.

MLflow's autologging gives up at the first file that it can't upload, and the metrics that it has computed by
then would be lost with it.
"""

from __future__ import annotations

import contextlib
import functools
import pickle
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.journal import postponed
from nbtrack.journal.opened import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.outbox import Outbox
    from nbtrack.kernel.recorder import Recorder


class Uploads:
    """Answers MLflow's `log_artifact` and `log_artifacts` for runs whose store is away.

    Parameters
    ----------
    outbox, recorder
        The journal, and what is known of its runs.
    guard
        Keeps a fault from the user, whose call goes to the store then.
    """

    def __init__(self, outbox: Outbox, recorder: Recorder, guard: Guard) -> None:
        self._outbox = outbox
        self._recorder = recorder
        self._keep = guard(self._kept, False)  # noqa: FBT003 - the answer of a hook that failed

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Listen as long as this lasts. Needs MLflow imported."""
        from mlflow.tracking._tracking_service.client import TrackingServiceClient

        with contextlib.ExitStack() as undo:
            for name in ("log_artifact", "log_artifacts"):
                theirs = getattr(TrackingServiceClient, name, None)
                if theirs is not None:
                    setattr(TrackingServiceClient, name, self._before(theirs))
                    undo.callback(setattr, TrackingServiceClient, name, theirs)
            yield

    def _before(self, theirs: Any) -> Any:
        @functools.wraps(theirs)
        def log(client: Any, run_id: str, local: Any, artifact_path: str | None = None, **more: Any) -> Any:
            if self._recorder.cannot_reach(run_id) and self._keep(run_id, Path(local), artifact_path):
                return None
            return theirs(client, run_id, local, artifact_path, **more)

        return log

    def _kept(self, run_id: str, local: Path, artifact_path: str | None) -> bool:
        journal = self._outbox.journal
        if journal is None or not local.exists() or _size(local) > postponed.limit_mb() * 2**20:
            return False
        call = postponed.begin(journal.folder, lambda file: pickle.dump(artifact_path, file))
        try:
            if local.is_dir():
                shutil.copytree(local, call / postponed.FILES)
            else:
                (call / postponed.FILES).mkdir()
                shutil.copy2(local, call / postponed.FILES)
            postponed.commit(call, postponed.here(run_id, bare(journal.uri(run_id)), journal.position))
        except BaseException:
            postponed.drop(call)
            raise
        self._outbox.hurry()
        return True


def _size(local: Path) -> int:
    files = local.rglob("*") if local.is_dir() else [local]
    return sum(one.stat().st_size for one in files if one.is_file())
