"""From plan to everything a song is on disk: stems, mix, scores, and the song itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from symusic.core import ScoreTick

from rebracket.core import Artist, Key, LyricLine, Player, Section, Song, Span, Stem
from rebracket.demo.cast import PLAYERS, Chair
from rebracket.demo.compose import compose_scene
from rebracket.demo.doubling import own_notes
from rebracket.demo.draws import stream
from rebracket.demo.form import Passage
from rebracket.demo.plan import SongPlan
from rebracket.demo.producing import RATE_HZ, RING_S, produce
from rebracket.demo.scene import Scene, scenes
from rebracket.demo.styles import taxonomy
from rebracket.sound import INSTRUMENTS, Part, Renderer, TimedNote, fade_edges, renderer_of, score_of

__all__ = ["RATE_HZ", "Realized", "realize", "song_of"]

Parts = Mapping[str, Sequence[TimedNote]]
_GRAIN_FRAMES = 441  # lengths are whole hundredths of two seconds, so that milliseconds are exact


@dataclass(frozen=True)
class Realized:
    """A song with its sound: stems float32 [T] by file, the mix [T, 2], scores by file."""

    song: Song
    stems: Mapping[str, np.ndarray]
    mix: np.ndarray
    scores: Mapping[str, ScoreTick]


def realize(plan: SongPlan, folder: Path = Path(), *, renderer: Renderer | None = None) -> Realized:
    """Composes, plays and mixes a song; the same plan and renderer give the same samples and notes.

    The stems, mono, sum to the middle of the mix, (left + right) / 2. What a section shows is heard in
    that section and its tail, and nowhere else. Without a renderer, the soundfont where it is installed.
    """
    made_of = [(scene, compose_scene(scene)) for scene in scenes(plan)]
    frames = _frames(plan)
    waves = np.zeros((len(plan.cast), frames), np.float32)
    side = np.zeros(frames, np.float32)
    player = renderer or renderer_of()
    for scene, parts in made_of:
        first, take = produce(scene, parts, player)
        until = min(frames, first + len(take.side))
        for wave, piece in zip([*waves, side], [*take.stems, take.side], strict=True):
            wave[first:until] += piece[: until - first]
    waves, side = (fade_edges(wave.T, in_s=0.002, out_s=0.4, rate_hz=RATE_HZ).T for wave in (waves, side))
    middle = waves.sum(axis=0)
    stems = [_stem(plan, chair) for chair in plan.cast]
    files = {stem.audio_file or "": wave for stem, wave in zip(stems, waves, strict=True)}
    mix = np.column_stack([middle + side, middle - side])
    return Realized(song_of(plan, folder), files, mix, _scores(plan, made_of, stems))


def song_of(plan: SongPlan, folder: Path = Path()) -> Song:
    """The song of a plan as its manifest describes it, without a note played."""
    return _song(plan, folder, _frames(plan) / RATE_HZ, [_stem(plan, chair) for chair in plan.cast])


def _frames(plan: SongPlan) -> int:
    return math.ceil((plan.bars * plan.bar_s + RING_S) * RATE_HZ / _GRAIN_FRAMES) * _GRAIN_FRAMES


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
    plan: SongPlan, made_of: Sequence[tuple[Scene, Parts]], stems: Sequence[Stem]
) -> dict[str, ScoreTick]:
    scores: dict[str, ScoreTick] = {}
    for chair, stem in zip(plan.cast, stems, strict=True):
        if stem.midi_file is None or stem.midi_file in scores:
            continue
        program = 0 if chair.part == "drums" else INSTRUMENTS[chair.instrument].program
        whole = replace(chair, pieces=())  # the stems of one kit share their MIDI
        notes = tuple(
            note
            for scene, parts in made_of
            for note in own_notes(whole, scene.place, parts.get(chair.part, ()), plan.tonality)
        )
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
        color=plan.filed or key.color,
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
        players=_players(plan),
    )


def _players(plan: SongPlan) -> tuple[Player, ...]:
    """The guests, and whether they agreed to the use of their playing."""
    guests = {PLAYERS[chair.plays] for chair in plan.cast if chair.player is not None}
    return tuple(Player(guest.name, guest.consents) for guest in sorted(guests, key=lambda each: each.name))


def _section(plan: SongPlan, place: int, running_s: float) -> Section:
    passage = plan.form[place]
    start_s = round(passage.first_bar * plan.bar_s, 3)
    is_last = place == len(plan.form) - 1
    end_s = running_s if is_last else round((passage.first_bar + passage.bars) * plan.bar_s, 3)
    said = plan.said[place] if plan.said else None
    return Section(passage.name, Span(start_s, end_s), _describe(plan, passage), said)


def _describe(plan: SongPlan, passage: Passage) -> str:
    """What happens in a section, in the words of its maker."""
    names = list(dict.fromkeys(chair.instrument for chair in plan.cast if chair.part in passage.playing))
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
