"""The options of nbtrack's magics: parsed, explained, and corrected when mistyped."""

from __future__ import annotations

import argparse
import shlex
from difflib import get_close_matches
from typing import NoReturn, get_args

from IPython.core.error import UsageError

from nbtrack.look import Live, Save
from nbtrack.switch import Models


class Options(argparse.ArgumentParser):
    """A magic's options.

    Parameters
    ----------
    magic
        The magic's name, with its ``%``.
    summary
        What it does, in a sentence or two.
    examples
        Lines a user might type.
    """

    def __init__(self, magic: str, summary: str, examples: str) -> None:
        super().__init__(
            prog=magic,
            description=summary,
            epilog=f"Examples:\n{examples}",
            add_help=False,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def parse(self, line: str) -> argparse.Namespace:
        """Parse what stands behind the magic.

        Raises
        ------
        UsageError
            With the option that was probably meant. IPython shows it without a traceback.
        """
        try:
            words = shlex.split(line)
        except ValueError as error:
            self.error(f"{error} in «{line}»")
        known, unknown = self.parse_known_intermixed_args(words)  # also `--last 3 RUN`
        if unknown:
            self.error(f"{unknown[0]} is no option of it{self._meant(unknown[0])}")
        return known

    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving the process, as argparse would."""
        raise UsageError(f"{self.prog}: {message}. Type `{self.prog}?` for help.")

    def option_names(self) -> list[str]:
        """Return all options, in the order of the help."""
        return [name for action in self._actions for name in action.option_strings]

    def choices_of(self, option: str) -> list[str]:
        """Return what an option takes, [] where that is free."""
        named = [action for action in self._actions if option in action.option_strings]
        return sorted(str(choice) for action in named for choice in action.choices or ())

    def _meant(self, word: str) -> str:
        choices = self.option_names()
        for action in self._actions:
            if not action.option_strings and action.choices:
                choices += [str(choice) for choice in action.choices]
        close = get_close_matches(word.split("=", 1)[0], choices, 1, 0.5)
        return f"; did you mean {close[0]}?" if close else ""


def pair(text: str) -> tuple[str, str]:
    """Split ``KEY=VALUE``."""
    key, equals, value = text.partition("=")
    if not (equals and key):
        raise argparse.ArgumentTypeError(f"«{text}» is not of the form KEY=VALUE")
    return key, value


def _track_run() -> Options:
    options = Options(
        "%track_run",
        "Start a run for this cell now, with a name, tags, params and a note of yours.\n"
        "Without it, nbtrack starts one at the first `fit` or `log_…`. The run ends with the cell:\n"
        "FINISHED, FAILED or KILLED. As `%%track_run` it stands on a cell's first line.",
        '  %track_run baseline --tag team=churn --param data=v3 --note "first try"\n'
        "  %%track_run baseline\n"
        "  model.fit(X, y)",
    )
    options.add_argument("name", nargs="?", metavar="NAME", help="name of the run; MLflow invents one")
    options.add_argument("--tag", type=pair, action="append", default=[], metavar="K=V", help="a tag")
    options.add_argument("--param", type=pair, action="append", default=[], metavar="K=V", help="a param")
    options.add_argument("--experiment", metavar="NAME", help="experiment, made if it does not exist")
    options.add_argument("--note", metavar="TEXT", help="description, in Markdown")
    return options


def _track() -> Options:
    options = Options(
        "%track",
        "Switch tracking on or off for the cells that follow, choose or check the store,\n"
        "or say how things stand.",
        "  %track status\n  %track off\n  %track check\n"
        "  %track --store sqlite:////data/team.db --experiment churn",
    )
    options.add_argument(
        "state",
        nargs="?",
        default="status",
        choices=("status", "on", "off", "check"),
        help="what to do; status",
    )
    options.add_argument(
        "--store", metavar="URI", help="MLflow tracking URI, a path that ends in .db, or azureml"
    )
    options.add_argument("--experiment", metavar="NAME", help="experiment of the runs that follow")
    options.add_argument(
        "--models",
        choices=get_args(Models),
        help="whether autologging logs models: not, behind the cell, or during `fit` (seconds a fit); off",
    )
    options.add_argument(
        "--live",
        choices=get_args(Live),
        help="what a cell shows while it runs: charts, values, nothing; full",
    )
    options.add_argument(
        "--save", choices=get_args(Save), help="what stays of it: chart and picture up to 60 KB, …; auto"
    )
    options.add_argument(
        "--chart", metavar="FUNCTION", help="a function of yours that draws: DataFrame in, Altair chart out"
    )
    return options


def _track_repair() -> Options:
    options = Options(
        "%track_repair",
        "List the runs that dead kernels left RUNNING. Runs of kernels that live are never touched.",
        "  %track_repair\n  %track_repair --apply",
    )
    options.add_argument("--apply", action="store_true", help="end them as KILLED")
    return options


def whole(text: str) -> int:
    """Read a number of runs."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"«{text}» is no number of runs")
    return int(text)


def _track_runs() -> Options:
    options = Options(
        "%track_runs",
        "Show the runs of this experiment, notebook or cell as a table to sort, filter and select from.\n"
        "`table = %track_runs` keeps it: `table.selected`, `table.frame`.",
        "  %track_runs\n"
        '  %track_runs "metrics.val_loss < 0.5" --order-by "metrics.val_loss ASC"\n'
        "  %track_runs --experiment churn --max 50",
    )
    options.add_argument("filter", nargs="?", default="", metavar="FILTER", help="in MLflow's language")
    place = options.add_mutually_exclusive_group()
    place.add_argument("--notebook", action="store_true", help="of this notebook, in all experiments")
    place.add_argument("--experiment", metavar="NAME", help="of this experiment; the one in use")
    place.add_argument("--cell", action="store_true", help="of the cell that this line stands in")
    options.add_argument("--order-by", metavar="X", help="one of MLflow's orders; newest first")
    options.add_argument("--max", type=whole, default=1000, metavar="N", help="so many at most; 1000")
    options.add_argument("--store", metavar="STORE", help="of another store: its name, tracking URI or file")
    return options


def _track_compare() -> Options:
    options = Options(
        "%track_compare",
        "Compare runs: what differs, curves, plots, and whether the difference is noise.\n"
        "Without a word, the last ten runs of this notebook. `comparison = %track_compare` keeps it:\n"
        "`comparison.differs`, `.noise()`, `.chart(…)`, `.selected`.",
        "  %track_compare --last 5\n"
        "  %track_compare brave-fox 1f2e3d4c --metric val_loss\n"
        "  %track_compare --filter \"params.model = 'gbm'\" --baseline brave-fox\n"
        "  %track_compare --children sweep",
    )
    options.add_argument("runs", nargs="*", metavar="RUN", help="ids, how they begin, or names of runs")
    options.add_argument("--last", type=whole, metavar="N", help="the latest runs of this notebook")
    options.add_argument("--filter", metavar="F", help="runs that match, in MLflow's language")
    options.add_argument(
        "--children", nargs="?", const=True, metavar="RUN", help="a run's children; of the latest parent"
    )
    options.add_argument("--baseline", metavar="RUN", help="what others are measured by; the first run")
    options.add_argument("--experiment", metavar="NAME", help="where to look; the experiment in use")
    options.add_argument("--metric", metavar="M", help="the metric that counts")
    options.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="STORE",
        help="look in this store too: name, URI or file",
    )
    return options


def _track_register() -> Options:
    options = Options(
        "%track_register",
        "Register a model: of this notebook's last run that has one, or of a run by its id or name.\n"
        "Without a word, a form. What it returns has `.version`, `.uri`, `.code`.",
        "  %track_register\n"
        "  %track_register churn --alias champion\n"
        "  %track_register brave-fox churn --model scaler --tag team=growth\n"
        '  %track_register churn --alias champion --require "f1 >= champion" --data test --target left --yes',
    )
    options.add_argument(
        "words", nargs="*", metavar="[RUN|this] NAME", help="of the run and of the registered model"
    )
    options.add_argument(
        "--alias", action="append", default=[], metavar="A", help="a name for the version: champion"
    )
    options.add_argument("--tag", type=pair, action="append", default=[], metavar="K=V", help="a tag of it")
    options.add_argument("--description", metavar="TEXT", help="of the version, in Markdown")
    options.add_argument("--model", metavar="NAME", help="which one, where the run has several")
    options.add_argument(
        "--require", action="append", default=[], metavar="GATE", help='"f1 >= 0.9", "f1 > champion + 0.01"'
    )
    options.add_argument(
        "--data", metavar="DF", help="a DataFrame of yours: score the model and the champion on it"
    )
    options.add_argument("--target", metavar="Y", help="its column with the truth, or an array of yours")
    options.add_argument("--yes", action="store_true", help="take aliases from other versions unasked")
    return options


TRACK_RUN = _track_run()
TRACK_REGISTER = _track_register()
TRACK = _track()
TRACK_REPAIR = _track_repair()
TRACK_RUNS = _track_runs()
TRACK_COMPARE = _track_compare()
