"""From plan to everything a song is on disk: stems, mix, scores, and the song itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.signal import oaconvolve
from symusic.core import ScoreTick

from rebracket.core import Artist, Key, LyricLine, Section, Song, Span, Stem
from rebracket.demo.band import stepped
from rebracket.demo.cast import Chair
from rebracket.demo.compose import compose
from rebracket.demo.draws import stream
from rebracket.demo.form import Passage
from rebracket.demo.plan import SongPlan
from rebracket.demo.styles import taxonomy
from rebracket.sound import (
    DRUM_PITCHES,
    INSTRUMENTS,
    KITS,
    Channel,
    Part,
    TimedNote,
    equalize,
    fade_edges,
    low_pass,
    mixdown,
    play,
    play_drums,
    reverb_tail,
    score_of,
)

__all__ = ["RATE_HZ", "Realized", "realize", "song_of"]

RATE_HZ = 22_050
_GRAIN_FRAMES = 441  # lengths are whole hundredths of two seconds, so that milliseconds are exact
_PEAK_DBFS = -1.0


@dataclass(frozen=True)
class Realized:
    """A song with its sound: stems float32 [T] by file, the mix [T, 2], scores by file."""

    song: Song
    stems: Mapping[str, np.ndarray]
    mix: np.ndarray
    scores: Mapping[str, ScoreTick]


def realize(plan: SongPlan, folder: Path = Path()) -> Realized:
    """Composes, plays and mixes a song; the same plan gives the same samples and notes."""
    parts = compose(plan)
    frames = _frames(plan)
    waves = [_play(plan, chair, _own_notes(plan, chair, parts[chair.part]), frames) for chair in plan.cast]
    tail = reverb_tail(
        stream(plan.seed, plan.key.song_id, "hall"),
        length_s=0.4 + 1.6 * plan.feel.space,
        damping_hz=2500 + 3500 * plan.feel.brightness,
        rate_hz=RATE_HZ,
    )
    wet = 0.5 + 0.7 * plan.feel.space
    channels = [
        Channel(wave, chair.pan, chair.send * wet) for wave, chair in zip(waves, plan.cast, strict=True)
    ]
    mix, gain = mixdown(channels, tail, peak_dbfs=_PEAK_DBFS)
    mix = fade_edges(mix, in_s=0.005, out_s=0.4, rate_hz=RATE_HZ)
    # one fader for all stems, so that they keep their balance, and none clips
    loudest = max(float(np.max(np.abs(wave))) for wave in waves)
    fader = np.float32(min(gain, 10 ** (_PEAK_DBFS / 20) / max(loudest, 1e-9)))
    stems = [_stem(plan, chair) for chair in plan.cast]
    files = {stem.audio_file or "": wave * fader for stem, wave in zip(stems, waves, strict=True)}
    song = song_of(plan, folder)
    return Realized(song, files, mix, _scores(plan, parts, stems))


def song_of(plan: SongPlan, folder: Path = Path()) -> Song:
    """The song of a plan as its manifest describes it, without a note played."""
    return _song(plan, folder, _frames(plan) / RATE_HZ, [_stem(plan, chair) for chair in plan.cast])


def _frames(plan: SongPlan) -> int:
    return math.ceil(plan.bars * plan.bar_s * RATE_HZ / _GRAIN_FRAMES) * _GRAIN_FRAMES


def _own_notes(plan: SongPlan, chair: Chair, notes: Sequence[TimedNote]) -> tuple[TimedNote, ...]:
    """What a chair plays of its part's notes: its drums, or the line where it doubles it."""
    if chair.pieces:
        own = {DRUM_PITCHES[name] for name in chair.pieces}
        return tuple(note for note in notes if note.pitch in own)
    return _line(plan, chair, notes)


def _line(plan: SongPlan, chair: Chair, notes: Sequence[TimedNote]) -> tuple[TimedNote, ...]:
    """The notes of a part as a chair has them in its score: all of them, or those it doubles."""
    if not chair.seat:
        return tuple(notes)
    bars = {
        passage.first_bar + bar
        for passage in plan.form
        if chair.seat in passage.playing
        for bar in range(passage.bars)
    }
    joined = (note for note in notes if note.onset_ticks // plan.bar_ticks in bars)
    return tuple(stepped(note, chair.steps, plan.tonality) for note in joined)


def _play(plan: SongPlan, chair: Chair, notes: Sequence[TimedNote], frames: int) -> np.ndarray:
    """A stem as it is played and recorded."""
    feel = plan.feel
    if chair.part == "drums":
        wave = play_drums(notes, KITS[chair.instrument], bpm=plan.bpm, frames=frames, rate_hz=RATE_HZ)
    else:
        known, hand = INSTRUMENTS[chair.instrument], 0.4 + 1.4 * feel.softness
        player = replace(known, attack_s=known.attack_s * hand, release_s=known.release_s * hand)
        tilt = 0.9 * (0.5 - feel.brightness)
        wave = play(notes, player, bpm=plan.bpm, frames=frames, rate_hz=RATE_HZ, tilt=tilt)
    return _produce(plan, chair, wave)


def _produce(plan: SongPlan, chair: Chair, wave: np.ndarray) -> np.ndarray:
    """The desk's settings; what a song's production does is the same for all its stems."""
    feel, song_id = plan.feel, plan.key.song_id
    low_db, high_db, gain_db = (float(x) for x in stream(plan.seed, song_id, "desk").normal(0, 2.0, 3))
    room = reverb_tail(
        stream(plan.seed, song_id, "room"),
        length_s=0.08 + 0.5 * feel.space,
        damping_hz=1500 + 3500 * feel.brightness,
        rate_hz=RATE_HZ,
    )[:, 0]
    wave = wave + np.float32(0.08 + 0.25 * feel.space) * oaconvolve(wave, room)[: len(wave)]
    drive = np.float32(0.3 + 3.0 * feel.grain**2)
    wave = np.tanh(wave * drive) / drive
    wave = equalize(wave, low_db=low_db + 10 * (feel.body - 0.5), high_db=high_db, rate_hz=RATE_HZ)
    cutoff_hz = 1500 * 6.0 ** (0.65 * feel.brightness + 0.35 * (1 - feel.grain))
    # cymbals have nothing below 4 kHz: a dark song keeps them audible
    wave = low_pass(wave, max(1.8 * cutoff_hz, 4500.0) if chair.part == "drums" else cutoff_hz, RATE_HZ)
    wave = wave * np.float32(10 ** ((chair.level_db + gain_db) / 20))
    return fade_edges(wave, in_s=0.002, out_s=0.25, rate_hz=RATE_HZ)


def _stem(plan: SongPlan, chair: Chair) -> Stem:
    song_id = plan.key.song_id
    shared = bool(chair.pieces) and chair.has_midi
    midi = f"{song_id}_drums.mid" if shared else f"{song_id}_{chair.track:02d}.mid"
    return Stem(
        track=chair.track,
        description=chair.description,
        audio_file=f"{song_id}_{chair.track:02d}.wav",
        midi_file=midi if chair.has_midi else None,
        midi_shared=shared,
        group=chair.group,
        player=chair.player,
    )


def _scores(
    plan: SongPlan, parts: Mapping[str, Sequence[TimedNote]], stems: Sequence[Stem]
) -> dict[str, ScoreTick]:
    scores: dict[str, ScoreTick] = {}
    for chair, stem in zip(plan.cast, stems, strict=True):
        if stem.midi_file is None or stem.midi_file in scores:
            continue
        program = 0 if chair.part == "drums" else INSTRUMENTS[chair.instrument].program
        notes = _line(plan, chair, parts[chair.part])
        part = Part(chair.instrument, notes, program=program, is_drum=chair.part == "drums")
        tonality = plan.tonality
        scores[stem.midi_file] = score_of(
            [part], bpm=plan.bpm, meter=plan.meter, sharps=tonality.sharps, is_minor=tonality.is_minor
        )
    return scores


def _song(plan: SongPlan, folder: Path, running_s: float, stems: Sequence[Stem]) -> Song:
    key = plan.key
    return Song(
        song_id=key.song_id,
        album_id=f"{key.album:02d}",
        folder=folder / key.song_id,
        title=plan.texts.title,
        color=key.color,
        running_s=running_s,
        bpm=float(plan.bpm),
        meter=plan.meter,
        key=Key.parse(plan.tonality.name),
        released=plan.released,
        sequence=key.track,
        album_title=taxonomy().colors[key.color].album,
        mix_file=f"{key.song_id}_main.wav",
        concept=plan.texts.concept,
        moods=plan.moods,
        genres=plan.genres,
        sounds_like=tuple(Artist(name) for name in plan.sounds_like),
        sections=tuple(_section(plan, place, running_s) for place in range(len(plan.form))),
        lines=tuple(
            LyricLine(round(bar * plan.bar_s, 3), text) for bar, text in plan.lines if bar < plan.bars or text
        ),
        stems=tuple(stems),
    )


def _section(plan: SongPlan, place: int, running_s: float) -> Section:
    passage = plan.form[place]
    start_s = round(passage.first_bar * plan.bar_s, 3)
    is_last = place == len(plan.form) - 1
    end_s = running_s if is_last else round((passage.first_bar + passage.bars) * plan.bar_s, 3)
    return Section(passage.name, Span(start_s, end_s), _describe(plan, passage))


def _describe(plan: SongPlan, passage: Passage) -> str:
    """What happens in a section, in the words of its maker."""
    names = list(dict.fromkeys(chair.instrument for chair in plan.cast if chair.name in passage.playing))
    rng = stream(plan.seed, plan.key.song_id, "section", passage.first_bar)
    if len(names) == 1:
        return f"Only the {names[0]}"
    first, second = (names[int(place)] for place in rng.choice(len(names), 2, replace=False))
    sayings = (
        f"The {first} carries it, {second} behind",
        f"Built on {first} and {second}",
        f"{first.capitalize()} against {second}, {len(names)} parts in all",
    )
    return sayings[int(rng.integers(len(sayings)))]
