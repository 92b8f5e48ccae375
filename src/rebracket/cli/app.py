"""The verbs, and the one place where an error becomes a line and an exit status."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rebracket.cli.audit import audit
from rebracket.cli.catalogue import check, demo
from rebracket.cli.claims import claims
from rebracket.cli.dataset import build, verify
from rebracket.cli.explain import explain
from rebracket.cli.info import info
from rebracket.cli.init import init
from rebracket.cli.models import evaluate, report, train
from rebracket.cli.move import move
from rebracket.cli.publish import publish
from rebracket.cli.run import run
from rebracket.core.errors import RebracketError

__all__ = ["app", "main"]


class _Verbs(TyperGroup):
    """Ends with the status that a verb returns, or with one line for what it raised."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the verb; 0 done, 1 the input or the data, 2 the usage or a missing extra."""
        try:
            status = super().invoke(ctx)
        except RebracketError as error:
            status = _fail(str(error), error.exit_code)
        except BrokenPipeError:
            raise  # typer knows that the reader of our output went away
        except OSError as error:
            status = _fail(_told(error), 1)
        raise typer.Exit(status or 0)


app = typer.Typer(
    name="rebracket",
    help="From a musician's own catalogue to models that can be believed.",
    cls=_Verbs,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_EXAMPLES: dict[Callable[..., Any], str] = {
    run: "rebracket run songs out --recipe binary --set epochs=20 --explained 0",
    demo: "rebracket demo songs --size tiny",
    init: "rebracket init songs",
    check: "rebracket check songs",
    build: "rebracket build songs dataset",
    info: "rebracket info dataset",
    verify: "rebracket verify dataset",
    publish: "rebracket publish dataset --repo-id ada/tapes --dry-run",
    audit: "rebracket audit dataset --target has_rebracketing",
    train: "rebracket train binary dataset --out runs/binary --set text=tfidf --set epochs=20",
    evaluate: "rebracket evaluate runs/binary",
    explain: "rebracket explain runs/binary --songs 2",
    report: "rebracket report runs/binary --out report.html",
    claims: "rebracket claims check runs/binary",
    move: "rebracket move 'we met at the edge' --type temporal --out moved",
}
for _verb, _example in _EXAMPLES.items():
    app.command(epilog=f"Example: {_example}")(_verb)


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")] = False,
) -> None:
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(message)s")


def main() -> None:
    """Runs the command line and exits."""
    app()


def _told(error: OSError) -> str:
    if error.errno == errno.ENOSPC or "No space left" in str(error):
        return "found no space left on the disk; free some and run it again"
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)


def _fail(message: str, status: int) -> int:
    line = " ".join(message.split())
    typer.echo(f"rebracket: error: {line}", err=True)
    return status
