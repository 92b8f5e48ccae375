"""What is shown of a run as a whole, and the one sentence that comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rebracket.explain.fidelity import Fidelity
from rebracket.explain.fidelity import figures as fidelity_figures
from rebracket.explain.horse import figure as rests_on_figure
from rebracket.explain.of_run.of_target import TargetExplained
from rebracket.explain.of_run.space import Space
from rebracket.page import Bars, Block, Figure, Prose, Table

__all__ = ["NOT_EVIDENCE", "first_sentence", "model_blocks", "target_figures"]

NOT_EVIDENCE = (
    "What a model rests on is not what makes the music what it is: it may be right for reasons nobody would "
    "call reasons. Each explanation is of one model; where it is no truer than chance, it is of none."
)
_HEADS = {
    "embeddings": "Pictures of the segments",
    "geometry": "Where the colors lie",
    "layers": "Layer by layer",
    "emergent": "What else there is",
}


def first_sentence(targets: Sequence[TargetExplained]) -> str:
    """What the answers rest on, in plain words, and whether that was found to be true of the models."""
    return " ".join(_sentence(one) for one in targets)


def _sentence(one: TargetExplained) -> str:
    n = len(one.songs)
    head = f"{one.target}, on {n} {'song' if n == 1 else 'songs'} that its models had never seen:"
    true = [own for own in one.fidelity if own.faithfulness is not None and own.faithfulness.low > 0]
    rest = [own.kind for own in one.fidelity if own not in true]
    parts = []
    if true:
        best = ", ".join(f"{own.kind} ({_nats(own)})" for own in true)
        parts.append(
            f"taking out what is named first changes the answer more than taking out any, for {best}"
        )
    if rest:
        parts.append(
            f"for {', '.join(rest)} it is not shown to do better than chance, so read no story into them"
        )
    flips = [(move, told) for move, told in one.flips().items() if told["flipped"]]
    if flips:
        moves = ", ".join(
            f"{move} in {told['flipped']} of {told['tried']} (median {told['median_size']:g})"
            for move, told in flips
        )
        parts.append(f"a small change flips the answer by {moves}")
    return f"{head} {'; '.join(parts)}."


def _nats(own: Fidelity) -> str:
    area = own.faithfulness
    return "" if area is None else f"{area.value:.2f} nats [{area.low:.2f}, {area.high:.2f}]"


def target_figures(targets: Sequence[TargetExplained]) -> tuple[Figure, ...]:
    """How true the explanations of each target are, and what its classes rest on."""
    found = [
        replace(figure, title=f"{one.target}: {figure.title}")
        for one in targets
        for own in one.fidelity
        for figure in (*fidelity_figures(own), *_mean_shares(one, own.kind))
    ]
    return (*found, *(rests_on_figure(own) for one in targets for own in one.rests_on if own.is_sure))


def model_blocks(
    targets: Sequence[TargetExplained], of_targets: Sequence[Figure], space: Space, without: Mapping[str, str]
) -> tuple[Block, ...]:
    """The model's view: what was asked, how true it is, then the dataset as a whole."""
    blocks: list[Block] = [_table(targets)]
    blocks += [
        Prose(f"What {one.target} rests on", tuple(str(own) + "." for own in one.rests_on if own.is_sure))
        for one in targets
        if any(own.is_sure for own in one.rests_on)
    ]
    blocks += [
        Prose(f"Is attention a guide to {one.target}?", tuple(check.says for check in one.attention.checks))
        for one in targets
        if one.attention is not None
    ]
    blocks += of_targets
    for part, drawn in space.figures.items():
        blocks += [Prose(_HEADS[part], space.says[part]), *drawn]
    if without:
        lines = tuple(f"{name}: {why}" for name, why in without.items())
        blocks.append(Prose("What could not be done here", lines))
    return tuple(blocks)


def _table(targets: Sequence[TargetExplained]) -> Table:
    rows: list[tuple[str | float | None, ...]] = [
        (
            one.target,
            own.kind,
            own.method,
            own.n_songs,
            None if own.faithfulness is None else own.faithfulness.value,
            None if own.faithfulness is None else own.faithfulness.low,
            None if own.faithfulness is None else own.faithfulness.high,
            "yes" if own.faithfulness is not None and own.faithfulness.low > 0 else "not shown",
        )
        for one in targets
        for own in one.fidelity
    ]
    return Table(
        "Is the explanation true of the model?",
        ("target", "units", "method", "songs", "faithfulness, nats", "low", "high", "better than chance"),
        tuple(rows),
        "how much sooner the answer falls when units go by their scores than at random; 95 % by song",
        "that the units matter in music, or would to another model",
    )


def _mean_shares(one: TargetExplained, kind: str) -> list[Figure]:
    """What words, sound and notes add on average; of other kinds each song has its own units."""
    own = [song.attributions[kind] for song in one.songs if kind in song.attributions]
    labels = tuple(dict.fromkeys(unit.label for found in own for unit in found.units))
    if kind != "modalities" or len(own) < 2:
        return []
    table = np.array([[_score(found, label) for label in labels] for found in own])
    half = 1.96 * table.std(axis=0, ddof=1) / np.sqrt(len(own))
    mean = table.mean(axis=0)
    return [
        Bars(
            f"modalities-{one.target.replace('_', '-')}",
            "What each modality adds to the answer",
            f"Mean Shapley shares of {len(own)} songs, by models that never saw them, with 95 % intervals.",
            "How well a model would do without one: a share is of these models' answers, right or wrong.",
            labels,
            mean,
            mean - half,
            mean + half,
            "nats of log-odds",
        )
    ]


def _score(found: Any, label: str) -> float:
    scores = (s for unit, s in zip(found.units, found.scores.tolist(), strict=True) if unit.label == label)
    return next(scores, 0.0)
