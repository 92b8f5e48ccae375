"""Measures of the demo's notes against what they were made from: writes the judge's calibration.

Run again whenever the composer changes; the file holds the hash of the code it was made with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.record import write_record
from rebracket.demo.ceiling import observe, player_posterior
from rebracket.demo.compose import compose
from rebracket.demo.feel import Shown
from rebracket.demo.form import tempo_of
from rebracket.demo.judge import (
    MidiPassage,
    calibrate,
    cut,
    judge_color,
    judge_player,
    measure_habit,
    measure_style,
)
from rebracket.demo.plan import SongPlan, plan, song_keys
from rebracket.demo.scene import scenes
from rebracket.demo.sizes import knobs_of
from rebracket.demo.story import (
    COLORS,
    FEELS,
    PLAYERS,
    STATES,
    Knobs,
    SectionForm,
    SongCauses,
    SongKey,
    draw_song,
    feels,
    shift,
)

CALIBRATION = Path(str(files("rebracket.demo.judge") / "calibration.yaml"))
_COMPOSER = ("compose", "melody", "groove", "harmony", "form", "scene", "playing", "moving", "feel")
_PLAY = {player: 0.5 if place == 0 else 0.5 / (len(PLAYERS) - 1) for place, player in enumerate(PLAYERS)}
_HEAD = """\
# measures = slopes x values + offset + error, fitted by benchmarks/judge_calibration.py to composed songs.
# Rows of slopes: STYLE_MEASURES over the midi values, HABIT_MEASURES over the habits; see measures.py.
"""


def code_hash() -> str:
    """Of the modules that turn causes into notes, and of those that measure them."""
    folder = files("rebracket.demo")
    names = [*(f"{name}.py" for name in _COMPOSER), "judge/measures.py"]
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()[:16]


def composed(song_number: int, seed: int, knobs: Knobs) -> tuple[SongCauses, SongPlan]:
    """A song of the story and the plan that shows its midi carriers and nothing else of it."""
    keys = song_keys("small")
    held = knobs_of("small", 1000 + seed + song_number // len(keys)).with_(**{"sizes.singles": 0})
    base = plan(keys[song_number % len(keys)], held)
    color = COLORS[int(np.random.default_rng((seed, song_number)).integers(len(COLORS)))]
    form = [SectionForm(passage.role, 0) for passage in base.form]
    song = draw_song(SongKey.pure(color, 2000 + seed, song_number + 1, song_number), knobs, form)
    shown = []
    for segment in song.segments:
        carriers = segment.carriers["midi"]
        felt = dict(zip(FEELS["midi"], feels(carriers.style), strict=True))
        tempo = felt.pop("tempo")
        feel = replace(base.feel, **felt)
        shown.append((feel, STATES[carriers.way], shift(carriers.push), segment, tempo))
    return song, _with_shown(base, song, shown)


def _with_shown(base: SongPlan, song: SongCauses, shown: list[Any]) -> SongPlan:
    parts = tuple(
        Shown(feel, type=type_, shift=share, softness=segment.softness, pickup=segment.announces)
        for feel, type_, share, segment, _ in shown
    )
    mean_tempo = float(np.mean([tempo for *_, tempo in shown]))
    cast = tuple(
        replace(chair, habit=song.stems[place % len(song.stems)].habit)
        for place, chair in enumerate(base.cast)
    )
    return replace(base, shown=parts, bpm=tempo_of(base.meter, mean_tempo), cast=cast)


def sections(made: SongPlan) -> list[MidiPassage]:
    notes = compose(made)
    return [
        MidiPassage(
            cut(notes, scene.start_ticks, scene.end_ticks), made.meter, float(made.bpm), scene.passage.role
        )
        for scene in scenes(made)
    ]


def rows(songs: range, seed: int, knobs: Knobs) -> tuple[list[Any], list[Any]]:
    """(values, measures, causes, passages) of songs; (habit, measures, player, notes, bpm) of their stems."""
    style, habit = [], []
    for number in songs:
        song, made = composed(number, seed, knobs)
        passages = sections(made)
        values = np.array([segment.carriers["midi"].style for segment in song.segments])
        style.append((values, [measure_style(p.parts, p.meter, p.bpm) for p in passages], song, passages))
        notes = compose(made)
        for place, chair in enumerate(made.cast):
            stem = song.stems[place % len(song.stems)]
            first = next(other for other in made.cast if other.part == chair.part)
            if notes.get(chair.part) and chair is first and chair.part != "vocal":  # who sings is on the beat
                measures = measure_habit(notes[chair.part], made.bpm)
                habit.append((stem.habit, measures, PLAYERS[stem.player], notes[chair.part], made.bpm))
    return style, habit


def main(songs: int = 160, fresh: int = 160) -> None:
    knobs = Knobs()
    style, habit = rows(range(songs), 0, knobs)
    values, measures = (np.vstack([np.array(row[n]) for row in style]) for n in (0, 1))
    habits, habit_measures = (np.array([row[n] for row in habit]) for n in (0, 1))
    made = {"style": calibrate(values, measures), "habit": calibrate(habits, habit_measures)}
    held = {"code": code_hash(), "songs": songs, **{name: c.plain() for name, c in made.items()}}
    CALIBRATION.write_text(_HEAD + yaml.safe_dump(held, default_flow_style=None, width=108, sort_keys=False))
    style, habit = rows(range(fresh), 1, knobs)
    found = [(judge_color(p, knobs=knobs, calibration=made["style"]), song.color) for *_, song, p in style]
    heard = [
        (judge_player(notes, bpm, knobs, prior=_PLAY, calibration=made["habit"]), player)
        for _, _, player, notes, bpm in habit
    ]
    seen = [(_named(COLORS, observe(song, ("midi",), knobs).color), song.color) for *_, song, _ in style]
    prior, effect = list(_PLAY.values()), knobs.effects.player
    known = [(_named(PLAYERS, player_posterior(row[0], effect, prior)), row[2]) for row in habit]
    write_record(
        "judge_calibration",
        {
            "figure": "accuracy of the judge on notes of fresh songs, and of who sees the carriers",
            "color": _score(found),
            "player": _score(heard),
            "ceiling": {"color": _score(seen), "player": _score(known)},
            "n": fresh,
            "unit": "song for the color, stem for the player",
            "seeds": "0 fitted, 1 judged",
        },
    )


def _named(names: Sequence[str], posterior: np.ndarray) -> dict[str, float]:
    return dict(zip(names, posterior.tolist(), strict=True))


def _score(found: list[tuple[dict[str, float], str]]) -> dict[str, float]:
    """Accuracy with its standard error, and the mean of the highest probability, which should equal it."""
    hits = np.array([max(posterior, key=lambda c: posterior[c]) == true for posterior, true in found])
    sure = np.array([max(posterior.values()) for posterior, _ in found])
    logs = np.array([np.log(max(posterior[true], 1e-300)) for posterior, true in found])
    return {
        "accuracy": float(hits.mean()),
        "se": float(hits.std() / np.sqrt(len(hits))),
        "mean_confidence": float(sure.mean()),
        "log_likelihood": float(logs.mean()),
    }
