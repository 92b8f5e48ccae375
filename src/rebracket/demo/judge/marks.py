"""The marks that a moved boundary leaves on notes, measured without knowing what was there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rebracket.core import Meter
from rebracket.demo.judge.measures import DRUMS
from rebracket.sound import TICKS_PER_QUARTER, TimedNote

__all__ = ["BESIDE", "MARKS", "STEP_TICKS", "beside", "in_order", "measure_marks", "on_grid"]

Array = np.ndarray
Parts = Mapping[str, Sequence[TimedNote]]
STEP_TICKS = TICKS_PER_QUARTER // 4
_USUAL = ("lead", "arp", "keys", "bass", "pad")  # who holds a note, the tune first
_APART = frozenset((DRUMS, "vocal"))  # keep the bar line, and the stamps of the words
_PHRASE_BARS = 2
_ODD_VELOCITY = 17  # from the part's own at such a beat: more than hands stray
_OF_A_PART = (
    *("notes an onset", "notes an onset, late", "onsets, late", "downbeats", "bar cos", "bar sin"),
    *("phrase cos", "phrase sin", "pitch spread", "interval", "velocity, late"),
)
MARKS = (
    *(f"{who}: {name}" for who in ("tune", "second") for name in _OF_A_PART),
    *("others: downbeats", "others: bar cos", "others: bar sin", "parts"),
    *("chord sizes, most", "chord sizes, mean"),
    *(f"velocity, late: {name}" for name in ("most", "least", "spread", "against the rest")),
    *(f"odd velocities: {name}" for name in ("most", "mean", "least")),
    *("chord tones: first phrase", "chord tones: later", "chord tones: change"),
    *("tune: second half", "tune: last bars", "tune: last lengths", "tune: reach"),
)
BESIDE = ("harmony as it stands", "harmony turned", "harmony, gain")


def in_order(parts: Parts) -> list[str]:
    """The parts that may hold a moved note, the tune first: the usual names, then others as they come."""
    usual = [part for part in _USUAL if parts.get(part)]
    return usual + [part for part in parts if part not in (*_USUAL, *_APART) and parts[part]]


def on_grid(notes: Sequence[TimedNote]) -> Array:
    """Notes as rows of sixteenth, pitch, velocity, sixteenths held, [N, 4], in order of time."""
    rows = np.array(sorted(notes), dtype=np.float64).reshape(-1, 4)
    steps, lengths = (np.round(rows[:, place] / STEP_TICKS) for place in (0, 1))
    return np.column_stack([steps, rows[:, 2], rows[:, 3], np.maximum(1, lengths)])


def _bar_steps(meter: Meter) -> int:
    return 16 * meter.beats // meter.unit


def _bars(grids: Sequence[Array], bar: int) -> int:
    return int(max((grid[-1, 0] for grid in grids if len(grid)), default=0) // bar) + 1


def measure_marks(parts: Parts, meter: Meter) -> Array:
    """The marks named by ``MARKS`` of one section; nan where there is nothing to measure them on."""
    grids = [on_grid(parts[part]) for part in in_order(parts)]
    bar = _bar_steps(meter)
    bars, phrase = _bars([*grids, on_grid(parts.get(DRUMS, ()))], bar), _PHRASE_BARS * bar
    none = np.zeros((0, 4))
    first, second = [*grids, none, none][:2]
    return np.array(
        [
            *_of_a_part(first, bar, bars),
            *_of_a_part(second, bar, bars),
            *_others(grids[2:], bar, bars),
            float(len(grids)),
            *_chord_sizes(grids),
            *_late_velocities(grids, phrase),
            *_odd_velocities(grids),
            *_chord_tones(first, grids[1:], meter, phrase),
            *_ends(first, bars, bar),
        ]
    )


def _of_a_part(grid: Array, bar: int, bars: int) -> list[float]:
    if not len(grid):
        return [np.nan] * len(_OF_A_PART)
    phrase, late = _PHRASE_BARS * bar, _late(grid, _PHRASE_BARS * bar)
    tail, head = grid[late], grid[~late]
    both = len(tail) > 0 and len(head) > 0
    return [
        _crowd(grid),
        _crowd(tail) - _crowd(head) if both else np.nan,
        _log_ratio(len(np.unique(tail[:, 0])), len(np.unique(head[:, 0]))),
        _downbeats(grid, bar, bars),
        *_phase(grid, bar),
        *_phase(grid, phrase),
        float(grid[:, 1].std()),
        float(np.abs(np.diff(grid[:, 1])).mean()) if len(grid) > 1 else np.nan,
        (tail[:, 2].mean() - head[:, 2].mean()) / 10 if both else np.nan,
    ]


def _late(grid: Array, phrase: int) -> Array:
    """Whether notes begin in the second half of their phrase."""
    return grid[:, 0] % phrase >= phrase / 2


def _crowd(grid: Array) -> float:
    return len(grid) / max(1, len(np.unique(grid[:, 0])))


def _log_ratio(one: int, other: int) -> float:
    return float(np.log((1 + one) / (1 + other)))


def _downbeats(grid: Array, bar: int, bars: int) -> float:
    """The share of bars that the part begins with."""
    return len(np.unique(grid[grid[:, 0] % bar == 0, 0])) / bars


def _phase(grid: Array, period: int) -> tuple[float, float]:
    """Where in a period onsets gather, as a point in the unit circle."""
    turned = np.exp(2j * np.pi * np.unique(grid[:, 0]) / period).mean()
    return float(turned.real), float(turned.imag)


def _others(grids: Sequence[Array], bar: int, bars: int) -> list[float]:
    """Downbeats and phases of the parts after the second."""
    if not grids:
        return [np.nan] * 3
    return np.mean([(_downbeats(grid, bar, bars), *_phase(grid, bar)) for grid in grids], axis=0).tolist()


def _chord_sizes(grids: Sequence[Array]) -> list[float]:
    """How much a part's number of notes at once varies: the most of any part, and the mean."""
    spreads = [float(np.unique(grid[:, 0], return_counts=True)[1].std()) for grid in grids]
    return [max(spreads), float(np.mean(spreads))] if spreads else [np.nan] * 2


def _late_velocities(grids: Sequence[Array], phrase: int) -> list[float]:
    """How much louder parts end their phrases than they begin them (in tens): most, least, spread; and how
    far, wherever the end begins, one part steps back while the others come forward."""
    apart = [
        (grid[late, 2].mean() - grid[~late, 2].mean()) / 10
        for grid, late in ((grid, _late(grid, phrase)) for grid in grids)
        if late.any() and not late.all()
    ]
    if not apart:
        return [np.nan] * 4
    against = [_against(grids, phrase, edge) for edge in range(1, phrase)]
    return [max(apart), min(apart), max(apart) - min(apart), max(against) / 10]


def _against(grids: Sequence[Array], phrase: int, edge: int) -> float:
    rises = []
    for grid in grids:
        late = grid[:, 0] % phrase >= edge
        if min(int(late.sum()), int((~late).sum())) >= 2:
            rises.append(float(grid[late, 2].mean() - grid[~late, 2].mean()))
    if len(rises) < 2:
        return 0.0
    least, *others = sorted(rises)
    return float(np.mean(others)) - least


def _odd_velocities(grids: Sequence[Array]) -> list[float]:
    """The share of a part's notes whose velocity is none of the part's: most, mean and least of any part."""
    shares = []
    for grid in grids:
        on_beat = grid[:, 0] % 4 == 0
        rest = grid[:, 2].copy()
        for kind in (on_beat, ~on_beat):
            if kind.any():
                rest[kind] -= np.median(rest[kind])
        if len(grid) >= 8:
            shares.append(float((np.abs(rest) > _ODD_VELOCITY).mean()))
    return [max(shares), float(np.mean(shares)), min(shares)] if shares else [np.nan] * 3


def _chord_tones(tune: Array, others: Sequence[Array], meter: Meter, phrase: int) -> list[float]:
    """Of the tune's notes on strong beats, those that the others play too: in the first phrase, later."""
    pulse = 6 if meter.unit == 8 and meter.beats % 3 == 0 else 4
    rest = np.concatenate(others) if others else np.zeros((0, 4))
    found: list[tuple[bool, bool]] = []
    for step, pitch, *_ in tune[tune[:, 0] % pulse == 0]:
        sounding = rest[(rest[:, 0] <= step) & (rest[:, 0] + rest[:, 3] > step), 1] % 12
        if len(np.unique(sounding)) > 1:
            found.append((bool(step < phrase), bool((sounding == pitch % 12).any())))
    first, later = ([held for early, held in found if early is when] for when in (True, False))
    shares = [float(np.mean(held)) if held else np.nan for held in (first, later)]
    return [*shares, shares[1] - shares[0]]


def _ends(tune: Array, bars: int, bar: int) -> list[float]:
    """The tune in the second half of the section, in its last bars, and how far into its phrases it goes."""
    if not len(tune):
        return [np.nan] * 4
    phrase, middle = _PHRASE_BARS * bar, bars * bar / 2
    first, last = tune[tune[:, 0] < phrase], tune[tune[:, 0] >= bars * bar - phrase]
    phrases = tune[:, 0] // phrase
    reach = [float(tune[phrases == n, 0].max() % phrase) / phrase for n in np.unique(phrases)]
    return [
        _log_ratio(int((tune[:, 0] >= middle).sum()), int((tune[:, 0] < middle).sum())),
        _log_ratio(len(last), len(first)),
        float(last[:, 3].mean() - first[:, 3].mean()) if len(last) and len(first) else np.nan,
        float(np.mean(reach)),
    ]


def beside(sections: Sequence[tuple[Parts, Meter]], roles: Sequence[str]) -> Array:
    """Marks of the sections of one song, [N, 2 M + 3]: as they are, less those of the other sections of the
    same role (of all others, where there are none), and how the harmony lies beside theirs (``BESIDE``)."""
    own = np.array([measure_marks(parts, meter) for parts, meter in sections])
    harmonies = [_harmony(parts, meter) for parts, meter in sections]
    rows = []
    for place, role in enumerate(roles):
        others = [n for n in range(len(roles)) if n != place]
        alike = [n for n in others if roles[n] == role]
        turned = [_turned(harmonies[place], harmonies[n]) for n in alike]
        rows.append(
            [*own[place], *(own[place] - _mean(own[alike or others])), *_mean(np.reshape(turned, (-1, 3)))]
        )
    return np.array(rows)


def _mean(rows: Array) -> Array:
    """The mean of what is known in each column; nan where nothing is."""
    known = np.isfinite(rows)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, rows, 0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _harmony(parts: Parts, meter: Meter) -> Array:
    """Pitch classes of each bar but for the tune's, [bars, 12], each bar of length 1."""
    grids, bar = [on_grid(parts[part]) for part in in_order(parts)[1:]], _bar_steps(meter)
    chroma = np.zeros((_bars(grids, bar), 12))
    for grid in grids:
        places = ((grid[:, 0] // bar).astype(int), (grid[:, 1] % 12).astype(int))
        np.add.at(chroma, places, np.minimum(grid[:, 3], bar))
    return chroma / np.maximum(np.linalg.norm(chroma, axis=1, keepdims=True), 1e-9)


def _turned(one: Array, other: Array) -> list[float]:
    """How alike two harmonies are, and how much more when some of the last bars come first."""
    count = min(len(one), len(other))
    if count < 2:
        return [np.nan] * 3
    alike = [
        float((np.roll(other[:count], by, axis=0) * one[:count]).sum(axis=1).mean())
        for by in range(count // 2 + 1)
    ]
    return [alike[0], max(alike[1:]), max(alike[1:]) - alike[0]]
