"""Gathers what was found about a dataset and its runs into one page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rebracket.dataset import Dataset
    from rebracket.explain import Atlas, Described
    from rebracket.page import Section

__all__ = ["write_report"]

Blocks = Mapping[str, tuple[Any, Any]]
Progress = Callable[[int, int], None]


def write_report(
    dataset: Dataset,
    runs: Sequence[Path],
    blocks: Blocks,
    segment_ids: Sequence[str],
    out: Path,
    *,
    audits: Sequence[Mapping[str, Any]] = (),
    progress: Progress | None = None,
) -> Path:
    """Writes one offline HTML file: the catalogue to see and hear, then what each run is evidence of.

    Args:
        dataset: the dataset that the runs were trained on.
        runs: folders of runs, in the order of the page; a run without ``evaluation.json`` is listed as such.
        blocks: features of the segments by modality, values [S, D] and a mask [S].
        segment_ids: [S] the segments in the order of the blocks.
        out: the file; replaced in one step.
        audits: of its targets, documents ``rebracket.audit/1``.
        progress: called with the number of sound excerpts made and to make.

    Returns:
        ``out``.

    Raises:
        InputError: where a run's files cannot be read or the page cannot be written.
    """
    from rebracket.page import Page, write_page

    evidence = [
        *_audits(audits),
        *_evidence(dataset, runs),
    ]  # first, so that a bad file is told before the slow part
    catalogue, sounds = _catalogue(dataset, blocks, segment_ids, progress)
    page = Page(_title(dataset), _subtitle(dataset, len(segment_ids)), (*catalogue, *evidence), sounds)
    return write_page(page, out)


def _audits(documents: Sequence[Mapping[str, Any]]) -> list[Section]:
    from rebracket.explain import audit_sections

    return [section for document in documents for section in audit_sections(document)]


def _evidence(dataset: Dataset, runs: Sequence[Path]) -> list[Section]:
    from rebracket.dataset.seals import openings
    from rebracket.explain import read_evaluation, read_run_record, run_sections, with_openings
    from rebracket.page import ClassKey

    keys = tuple(ClassKey(color.id, color.name, color.hex) for color in dataset.ontology.colors.values())
    sections: list[Section] = []
    opened = [one.as_dict() for one in openings(dataset.path)]  # also those since a run was evaluated
    for run in runs:
        evaluation = with_openings(read_evaluation(run), opened)
        sections += run_sections(run.name, evaluation, read_run_record(run).recipe, keys)
        sections += _explanation(run)
    return sections


def _explanation(run: Path) -> list[Section]:
    """What an explanation of the run said first, and where its page is; none where there is none."""
    from rebracket.explain.of_run import FOLDER, read_explanation
    from rebracket.page import Prose
    from rebracket.training import open_run

    found = read_explanation(open_run(run)) if (run / FOLDER).is_dir() else None
    if found is None:
        return []
    where = f"Shown and played in {run.name}/{FOLDER}/index.html, beside this run."
    return [
        Prose(f"Why {run.name} says what it says", (found["first_sentence"], found["not_evidence"], where))
    ]


def _catalogue(
    dataset: Dataset, blocks: Blocks, segment_ids: Sequence[str], progress: Progress | None
) -> tuple[list[Section], dict[str, dict[str, bytes]]]:
    """The sections of the map, and the sounds by song."""
    from rebracket import explain
    from rebracket.page import Prose

    if not blocks or not segment_ids:
        why = "No segment has words, sound or notes from which a map could be made."
        return [Prose("No map", (why,))], {}
    described = explain.describe(dataset.rows, segment_ids, dataset.ontology)
    keys = explain.class_keys(described, dataset.ontology)
    songs = [item.song_id for item in described]
    classes = [item.moment.class_id for item in described]
    found = explain.atlas(explain.segment_features(blocks), songs, classes, segment_ids)
    clips = explain.clips(dataset.rows, dataset.mix_audio, dataset.audio)
    sounds = explain.excerpts(clips, _durations_s(found, described), progress=progress)
    sections: list[Section] = [
        explain.map_section(found, described, keys, sounds, sorted(blocks)),
        explain.exemplars_section(found, described, keys),
    ]
    by_song: dict[str, dict[str, bytes]] = {}
    for item in described:
        if item.moment.id in sounds.mp3:
            by_song.setdefault(item.song_id, {})[item.moment.id] = sounds.mp3[item.moment.id]
    return sections, by_song


def _durations_s(found: Atlas, described: Sequence[Described]) -> dict[str, float]:
    """Length of each segment, the most wanted sounds first: the ends of each class, then a fair mixture."""
    ends = [*found.typical.values(), *found.astray.values()]
    rest = sorted(range(len(described)), key=lambda index: _scattered(described[index].moment.id))
    moments = (described[index].moment for index in dict.fromkeys([*ends, *rest]))
    return {moment.id: moment.end_s - moment.start_s for moment in moments}


def _scattered(id_: str) -> bytes:
    return hashlib.sha256(id_.encode()).digest()


def _title(dataset: Dataset) -> str:
    return f"{_counted(dataset.songs.num_rows, 'song')}, heard and measured"


def _subtitle(dataset: Dataset, n_segments: int) -> str:
    albums = len(set(dataset.songs.column("album_id").to_pylist()))
    minutes = sum(dataset.songs.column("running_s").to_pylist()) / 60
    parts = (_counted(albums, "album"), f"{minutes:,.0f} minutes", _counted(n_segments, "segment"))
    return f"{', '.join(parts)}. Classes: {dataset.ontology.name}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
