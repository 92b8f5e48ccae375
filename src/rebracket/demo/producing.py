"""One section of a song at the desk: played, worn, equalized, leveled, in its room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rebracket.demo.cast import Chair
from rebracket.demo.doubling import own_notes
from rebracket.demo.draws import stream
from rebracket.demo.plan import SongPlan
from rebracket.demo.scene import Scene
from rebracket.sound import (
    TICKS_PER_QUARTER,
    Renderer,
    Strip,
    Take,
    TimedNote,
    equalize,
    gesture,
    high_pass,
    level,
    low_pass,
    perform,
    print_reverb,
    reverb_tail,
    take,
)

__all__ = ["CEILING_DBTP", "LUFS", "RATE_HZ", "RING_S", "produce"]

RATE_HZ = 22_050
RING_S = 1.5  # after the last bar
LUFS, _STRAY_LU = -16.0, 0.4
# a section, and what rings on into the next one: together below -1 dBTP
CEILING_DBTP, _TAIL_DBTP = -3.5, -14.0
_TAIL_S, _END_S = 2.6, 0.3
_ARC_DB = 6.0  # between no energy and all of it
_HIGH_PASS_HZ = {"drums": 25.0, "bass": 25.0, "pad": 130.0, "arp": 130.0}
_PLAIN = frozenset(("drums", "bass"))  # what a gesture leaves alone


def produce(scene: Scene, parts: Mapping[str, Sequence[TimedNote]], renderer: Renderer) -> tuple[int, Take]:
    """The first frame of a section, and its stems and mix from there until they have rung out."""
    plan = scene.plan
    first, last = (_frame(plan, ticks) for ticks in (scene.start_ticks, scene.end_ticks))
    frames = last - first + round(_TAIL_S * RATE_HZ)
    tail = _tail(scene)
    own = [own_notes(chair, scene.place, parts.get(chair.part, ()), plan.tonality) for chair in plan.cast]
    strips = [
        _strip(scene, chair, notes, renderer, tail, (first, last), frames)
        for chair, notes in zip(plan.cast, own, strict=True)
    ]
    ending = np.clip(np.arange(frames, 0, -1) / (_END_S * RATE_HZ), 0, 1).astype(np.float32)
    strips = [Strip(strip.middle * ending, strip.side * ending) for strip in strips]
    lufs = _song_lufs(plan) + _arc_db(plan)[scene.place]
    return first, take(
        strips,
        lufs=lufs,
        ceiling_dbtp=CEILING_DBTP,
        tail_dbtp=_TAIL_DBTP,
        frames=last - first,
        rate_hz=RATE_HZ,
    )


def _frame(plan: SongPlan, ticks: int) -> int:
    return round(ticks / TICKS_PER_QUARTER * 60 / plan.bpm * RATE_HZ)


def _song_lufs(plan: SongPlan) -> float:
    stray = stream(plan.seed, plan.key.song_id, "loudness").uniform(-_STRAY_LU, _STRAY_LU)
    return LUFS + float(stray)


def _arc_db(plan: SongPlan) -> list[float]:
    """What each section is louder than the song; their power averages to the song's."""
    raised = [_ARC_DB * (passage.energy - 1) for passage in plan.form]
    shares = [passage.bars / plan.bars for passage in plan.form]
    power = sum(share * 10 ** (db / 10) for share, db in zip(shares, raised, strict=True))
    return [db - 10 * float(np.log10(power)) for db in raised]


def _tail(scene: Scene) -> np.ndarray:
    """The room and the hall of a section in one impulse response, [R, 2]; the same noise all song long."""
    feel, plan = scene.feel, scene.plan
    hall = reverb_tail(
        stream(plan.seed, plan.key.song_id, "hall"),
        length_s=0.25 + 1.7 * feel.space,
        damping_hz=2500 + 3500 * feel.brightness,
        rate_hz=RATE_HZ,
    )
    return hall * np.float32(0.5 + 1.6 * feel.space)


def _strip(
    scene: Scene,
    chair: Chair,
    notes: Sequence[TimedNote],
    renderer: Renderer,
    tail: np.ndarray,
    span: tuple[int, int],
    frames: int,
) -> Strip:
    """A stem in a section, as loud as it is to be beside the others, with its reverb."""
    feel, plan = scene.feel, scene.plan
    if not notes:
        return Strip(np.zeros(frames, np.float32), np.zeros(frames, np.float32))
    raw = perform(
        renderer,
        notes,
        chair.instrument,
        bpm=plan.bpm,
        rate_hz=RATE_HZ,
        frames=frames,
        first_frame=span[0],
        hand=0.4 + 1.4 * feel.softness,
        attack_s=0.06 * (1 - feel.attack) ** 2,
    )
    wave = level(_colored(scene, chair, raw), LUFS + chair.level_db, RATE_HZ)
    length = span[1] - span[0]
    middle, side = gesture(
        "dry" if chair.part in _PLAIN else scene.shown.gesture,
        wave,
        depth=scene.shown.depth,
        begins=length // 2,
        ends=length,
        beat_frames=_frame(plan, TICKS_PER_QUARTER),
        rate_hz=RATE_HZ,
    )
    wide = 0.3 + 1.4 * feel.width
    return print_reverb(Strip(middle, side), tail, pan=chair.pan * min(1.0, wide), send=chair.send)


def _colored(scene: Scene, chair: Chair, raw: np.ndarray) -> np.ndarray:
    """What the desk does to every stem of a song alike: wear, equalizer, filters; float32 [T]."""
    feel, plan = scene.feel, scene.plan
    low_db, high_db = stream(plan.seed, plan.key.song_id, "desk").normal(0, 1.5, 2).tolist()
    wave = level(raw, -20.0, RATE_HZ)
    drive = np.float32(0.3 + 5.0 * feel.grain**2)
    wave = np.tanh(wave * drive) / drive
    wave = equalize(wave, low_db=low_db + 10 * (feel.body - 0.5), high_db=high_db, rate_hz=RATE_HZ)
    cutoff_hz = 1500 * 6.0 ** (0.65 * feel.brightness + 0.35 * (1 - feel.grain))
    is_drums = chair.part == "drums"
    # cymbals have nothing below 4 kHz: a dark song keeps them audible
    wave = low_pass(wave, max(1.8 * cutoff_hz, 4500.0) if is_drums else cutoff_hz, RATE_HZ)
    return high_pass(wave, _HIGH_PASS_HZ.get(chair.part, 90.0), RATE_HZ)
