"""How commands speak: one JSON document for programs, tables and progress for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rebracket.core import Problem

__all__ = ["Json", "exit_status", "print_document", "print_problems", "print_table", "progress_bar"]

_PIPED_WIDTH = 160
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def print_document(verb: str, content: dict[str, Any]) -> None:
    """Prints a document ``rebracket.<verb>/1``; NaN is a bug and raises."""
    document = {"schema": f"rebracket.{verb}/1", **content}
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """A table on stdout; numbers to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    rows = [list(row) for row in rows]
    for index, column in enumerate(columns):
        numeric = all(isinstance(row[index], int | float) or row[index] is None for row in rows)
        table.add_column(column, justify="right" if numeric and rows else "left")
    for row in rows:
        table.add_row(*(Text("–" if cell is None else str(cell)) for cell in row))
    console = Console()
    if not console.is_terminal:
        console.width = _PIPED_WIDTH  # a pipe has no width to wrap at
    console.print(table)


def print_problems(problems: Iterable[Problem], *, to_stderr: bool = False) -> None:
    """A line each: place, severity, code, found, expected, what to do."""
    for problem in problems:
        typer.echo(str(problem), err=to_stderr)


def exit_status(problems: Iterable[Problem]) -> int:
    """1 where a problem is an error."""
    return int(any(problem.severity.value == "error" for problem in problems))


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A callback (done, total) that draws a bar on a terminal and is silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
