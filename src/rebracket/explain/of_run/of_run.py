"""A run, explained: one offline page, its figures as files, and all numbers as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.core.errors import RefusedError, UsageError
from rebracket.dataset import Dataset
from rebracket.dataset.exchange import exchange, fresh_folder, locked, sync_tree
from rebracket.explain.embeddings import write_embeddings
from rebracket.explain.fidelity.by_song import interval_dict
from rebracket.explain.of_run.data import Data
from rebracket.explain.of_run.heard import heard_moments
from rebracket.explain.of_run.model_blocks import NOT_EVIDENCE, first_sentence, model_blocks, model_figures
from rebracket.explain.of_run.of_target import TargetExplained, explain_target
from rebracket.explain.of_run.song_blocks import song_blocks
from rebracket.explain.of_run.space import Space, explain_space
from rebracket.page import (
    Block,
    ClassKey,
    ExplanationPage,
    Figure,
    SongPage,
    write_explanation,
    write_figures,
)
from rebracket.training import Run, gather_inputs

__all__ = ["SCHEMA", "Explained", "explain_run"]

SCHEMA = "rebracket.explanation/1"
Say = Callable[[str, int, int], None]
"""Called with what is being done, and how much of how much."""


@dataclass(frozen=True, eq=False)
class Explained:
    """What `explain_run` found and wrote.

    Args:
        folder: with `index.html`, `explanation.json`, `attributions.parquet`, `coordinates/`, `figures/`.
        first_sentence: in plain words what the answers rest on.
        targets: those that were explained.
        without: why a target or a part of the rest is missing.
        figures: names of the figures' files, without their endings.
    """

    folder: Path
    first_sentence: str
    targets: tuple[TargetExplained, ...]
    without: Mapping[str, str]
    figures: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """What is worth telling: the numbers of all segments are in `explanation.json`."""
        return {
            "page": "index.html",
            "first_sentence": self.first_sentence,
            "not_evidence": NOT_EVIDENCE,
            "targets": {one.target: _summary(one) for one in self.targets},
            "without": dict(self.without),
            "figures": list(self.figures),
        }


def explain_run(
    run: Run,
    dataset: Dataset,
    out: Path,
    *,
    targets: Sequence[str] = (),
    n_songs: int = 8,
    seed: int = 0,
    methods: tuple[str, ...] = ("PCA", "t-SNE"),
    say: Say | None = None,
) -> Explained:
    """Explains a run's recipe on songs that its models have not seen, and writes the folder.

    What is explained are models of folds, trained as the run's own but without the song: what that one says
    of a song it was trained on may be memory. The folder is written beside its place and moved there.

    Args:
        run: which recipe.
        dataset: what the run was trained on.
        out: the folder; an older explanation there is replaced.
        targets: some of the run's; empty for all.
        n_songs: how many songs of each target at most.
        seed: of what is sampled, and of the models.
        methods: how embeddings are laid out.
        say: progress.

    Raises:
        RefusedError: where nothing can be explained, with the reason of each target.
        UsageError: for a target that the run does not have, or where `out` is something else.
        MissingExtraError: where a package of the extra `explain` is not installed.
    """
    _check(run, targets, out)
    told = say or (lambda what, done, total: None)
    data = Data(run.recipe, dataset, gather_inputs(run.recipe, dataset), n_songs, seed)
    explained, without = list[TargetExplained](), _not_read(run, dataset)
    for name in targets or tuple(run.targets):
        try:
            explained.append(explain_target(data, name, partial(told, name)))
        except RefusedError as error:
            without[name] = str(error)
    if not explained:
        raise RefusedError("; ".join(without[name] for name in targets or run.targets))
    told("the dataset", 0, 1)
    space = explain_space(data, explained[0].held_out, methods)
    with locked(out):
        folder = fresh_folder(out)
        _write(folder, run, data, explained, space, without)
        sync_tree(folder)
        exchange(out)
    figures = tuple(figure.id for figure in model_figures(explained, space))
    return Explained(out, first_sentence(explained), tuple(explained), {**without, **space.without}, figures)


def _check(run: Run, targets: Sequence[str], out: Path) -> None:
    for name in targets:
        if name not in run.targets:
            raise UsageError(f"--target: found {name!r}, expected one of {', '.join(run.targets)}")
    is_other = out.is_file() or (
        out.is_dir() and any(out.iterdir()) and not (out / "explanation.json").is_file()
    )
    if is_other:
        raise UsageError(
            f"{out}: found something that is no explanation there; name another place with --out"
        )


def _not_read(run: Run, dataset: Dataset) -> dict[str, str]:
    """Which explanations this recipe, or these data, have nothing for."""
    read = run.recipe.modalities
    units = {"text": "words", "audio": "stems, bands and seconds", "midi": "notes and bars"}
    missing = {
        what: f"the recipe reads no {name}; explain one that does"
        for name, what in units.items()
        if name not in read
    }
    if not any(dataset.column("has_audio")) and next(dataset.mix_audio(), None) is None:
        missing["listening"] = "no sound is stored in the dataset, so nothing can be played"
    return missing


def _write(
    folder: Path,
    run: Run,
    data: Data,
    explained: Sequence[TargetExplained],
    space: Space,
    without: dict[str, str],
) -> None:
    figures: tuple[Figure, ...] = model_figures(explained, space)
    write_figures(figures, folder / "figures")
    _write_attributions(folder / "attributions.parquet", explained)
    if space.embedded is not None:
        write_embeddings(space.embedded, folder / "coordinates")
    content = {
        "schema": SCHEMA,
        "run": run.path.name,
        "recipe": run.recipe.name,
        "data_hash": run.data_hash,
        "seed": data.seed,
        "first_sentence": first_sentence(explained),
        "not_evidence": NOT_EVIDENCE,
        "targets": {one.target: one.as_dict() for one in explained},
        "dataset": space.parts,
        "without": {**without, **space.without},
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "explanation.json").write_text(text + "\n", "utf-8")
    page = ExplanationPage(
        f"Why {run.recipe.name} says what it says",
        first_sentence(explained),
        NOT_EVIDENCE,
        model_blocks(explained, space, without),
        _song_pages(data.dataset, explained),
        heard_moments(data.dataset),
    )
    write_explanation(page, folder / "index.html")


def _song_pages(dataset: Dataset, explained: Sequence[TargetExplained]) -> tuple[SongPage, ...]:
    keys = {color.id: ClassKey(color.id, color.name, color.hex) for color in dataset.ontology.colors.values()}
    names = {id_: key.name for id_, key in keys.items()}
    titles = dict(
        zip(*(dataset.songs.column(name).to_pylist() for name in ("song_id", "title")), strict=True)
    )
    color_of = dict(zip(dataset.column("song_id"), dataset.column("color"), strict=True))
    blocks: dict[str, list[Block]] = {}
    said: dict[str, list[str]] = {}
    predicted: dict[str, ClassKey | None] = {}
    for one in explained:
        for song in one.songs:
            own = song.example
            blocks.setdefault(own.song_id, []).extend(song_blocks(song, names))
            truth = " and ".join(names.get(name, name) for name in own.truth) or "unlabeled"
            what = names.get(own.said, own.said)
            said.setdefault(own.song_id, []).append(
                f"{one.target}: a model that never saw this song says {what} "
                f"({own.probability:.0%}); the label says {truth}."
            )
            predicted.setdefault(own.song_id, keys.get(own.said))
    return tuple(
        SongPage(
            song_id,
            titles.get(song_id) or song_id,
            tuple(blocks[song_id]),
            keys.get(color_of.get(song_id) or ""),
            predicted[song_id],
            " ".join(said[song_id]),
        )
        for song_id in sorted(blocks)
    )


def _write_attributions(path: Path, explained: Sequence[TargetExplained]) -> None:
    rows = [
        row
        for one in explained
        for song in one.songs
        for found in (*song.attributions.values(), *song.gradients)
        for row in found.rows()
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=_ATTRIBUTIONS), path, compression="zstd")


def _summary(one: TargetExplained) -> dict[str, Any]:
    return {
        "unit": "song",
        "n_songs": len(one.songs),
        "fidelity": [
            {
                "units": own.kind,
                "method": own.method,
                "faithfulness": interval_dict(own.faithfulness),
                "sufficiency": interval_dict(own.sufficiency),
                "better_than_chance": own.faithfulness is not None and own.faithfulness.low > 0,
            }
            for own in one.fidelity
        ],
        "flips": one.flips(),
        "why_not": one.held_out.why_not,
    }


_TEXT, _REAL, _WHOLE = pa.string(), pa.float64(), pa.int32()
_ATTRIBUTIONS = pa.schema(
    [
        *((name, _TEXT) for name in ("segment_id", "target", "class", "method", "kind", "label")),
        ("track", _WHOLE),
        *((name, _REAL) for name in ("start_s", "end_s", "low_hz", "high_hz")),
        *((name, _WHOLE) for name in ("pitch", "start_char", "end_char")),
        *((name, _REAL) for name in ("score", "error")),
    ]
)
