"""What each modality adds and how much effort pays, as `evaluate` prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from rebracket.cli.output import print_table

__all__ = ["cell", "tell_modalities"]

_BESIDE = ("majority", "facts", "bookkeeping", "production")
_COLUMNS = {"rows": "rows (leaky)", "songs": "songs held out", "modes": "modes (colors held out)"}


def tell_modalities(document: Mapping[str, Any]) -> None:
    """A table and its sentences for each target whose recipe reads several modalities, then the efforts."""
    for name, target in document["targets"].items():
        if target["modalities"] is not None:
            typer.echo("")
            _table(name, target)
            for line in target["modalities"]["said"]:
                typer.echo(f"- {line}")
        if target["effort"] is not None:
            typer.echo(f"\n{name}, by effort:")
            for line in target["effort"]["said"]:
                typer.echo(f"- {line}")


def _table(name: str, target: Mapping[str, Any]) -> None:
    """Every subset, the baselines beside them, and the ceilings where the truth is known."""
    entry = target["modalities"]
    protocols = [p for p in _COLUMNS if entry["protocols"][p] is not None]
    bounded = any(subset["ceiling"] for subset in entry["subsets"])
    rows = [
        [
            " + ".join(subset["modalities"]),
            *(cell(subset["scores"][p]) for p in protocols),
            *([_ceiling(subset["ceiling"])] if bounded else []),
        ]
        for subset in entry["subsets"]
    ]
    rows += _baselines(target["baselines"], protocols, bounded)
    columns = [name, *(_COLUMNS[p] for p in protocols), *(["ceiling"] if bounded else [])]
    print_table(columns, rows, title=f"What each modality adds: {_behind(entry)}")


def _baselines(
    baselines: Mapping[str, Any], protocols: list[str], bounded: bool
) -> Iterator[list[str | None]]:
    for name in _BESIDE:
        if name in baselines:
            cells = [cell(baselines[name].get(protocol)) for protocol in protocols]
            yield [f"({name})", *cells, *([None] if bounded else [])]


def _behind(entry: Mapping[str, Any]) -> str:
    songs = entry["protocols"]["songs"]
    times = "once" if songs["repeats"] == 1 else f"{songs['repeats']} times over"
    return f"accuracy, {songs['n_songs']} songs in {songs['folds']} folds, {times}"


def _ceiling(ceiling: Mapping[str, Any] | None) -> str | None:
    """The ideal observer's accuracy from whole songs, and from single segments where it is known."""
    found = [level["accuracy"]["value"] for level in (ceiling or {}).values() if level]
    return " / ".join(f"{value:.2f}" for value in found) or None


def cell(scores: Mapping[str, Any] | None) -> str:
    """`0.41 [0.33, 0.49]`."""
    if not scores:
        return "undefined"
    accuracy = scores["accuracy"]
    return f"{accuracy['value']:.2f} [{accuracy['low']:.2f}, {accuracy['high']:.2f}]"
