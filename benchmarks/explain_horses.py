"""Beeps, equalizers and drum samples planted in one color: does an explanation name them?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.explain_catalogues import Catalogue, Learned, Truth, changed, learned, rendered, with_bell
from rebracket.demo import knobs_of
from rebracket.demo.cheats.beep import FREQUENCY_HZ
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.plan import plan
from rebracket.demo.sizes import SongKey, song_keys
from rebracket.demo.story import COLORS, Knobs
from rebracket.demo.write import write_song
from rebracket.explain.asking import Given, GivenStem
from rebracket.explain.attribution import Attribution, explain
from rebracket.explain.attribution.players.sound import equalizer
from rebracket.explain.fidelity import CarriersFound, Found, carriers_by_song, carriers_found
from rebracket.explain.fidelity.by_song import interval_dict
from rebracket.explain.horse import RestsOn, by_band, by_group, quieter_bands, rests_on

HORSES = ("beep", "bell", "drum_sample")
_SIZES = ["sizes.songs=6", "sizes.seconds=8", "sizes.stems=6", "missing.lyrics=1", "missing.silence=0"]
_COLORS = 4
_DRUMS, _PLANTED = "drums", 1  # the number of the class that is not `ANOTHER`
_BELL_BANDS = range(1, 5)  # of the eight in mel; above, most stems have nothing that could be louder
_FIRST_SEED = 100  # how a unit is named was settled on catalogues of lower seeds
_LINEAR = ["hidden=0", "dropout=0", "epochs=100", "learning_rate=0.01"]


@dataclass(frozen=True, eq=False)
class Horse:
    """What was planted, what was named, and the chance of naming it by a guess.

    Args:
        cheat: what was planted.
        seed: of the catalogue.
        color: whose songs have it.
        truth: the unit that is to be named.
        said: what the explanation names.
        chance: one over the number of units.
        certainty: mean probability of the color in its own songs, by models that have not seen them.
        alone: what is named where songs of other colors are not looked at; None where they never are.
        stems: of drum samples, whether the stem is found, segment by segment.
    """

    cheat: str
    seed: int
    color: str
    truth: str
    said: RestsOn
    chance: float
    certainty: float
    alone: str | None = None
    stems: tuple[tuple[Found, str], ...] = ()

    @property
    def is_named(self) -> bool:
        return self.said.named == self.truth

    def as_dict(self) -> dict[str, Any]:
        return {
            "cheat": self.cheat,
            "seed": self.seed,
            "color": self.color,
            "planted": self.truth,
            "named": self.said.named,
            "named_alone": self.alone,
            "nats": interval_dict(self.said.nats[0]),
            "certainty": round(self.certainty, 3),
        }


def knobs_at(seed: int) -> Knobs:
    """Nothing of the music shows the color, so that what is planted is all that can be named."""
    return knobs_of("tiny", seed, "zero").set(_SIZES)


def seeds_with_drums(count: int) -> tuple[int, ...]:
    """Seeds whose planted album has drums in every song; elsewhere a sample is in any stem."""
    found, seed = list[int](), _FIRST_SEED
    while len(found) < count:
        knobs = knobs_at(seed)
        album = Planting("drum_sample", knobs).album_id
        own = [key for key in song_keys("tiny", knobs) if key.album_name == album]
        if all(any(chair.part == "drums" for chair in plan(key, knobs).cast) for key in own):
            found.append(seed)
        seed += 1
    return tuple(found)


def horse_of(catalogue: Catalogue, seed: int, cheat: str, *, shuffled: int | None = None) -> Horse:
    """A cheat planted, learned and asked about.

    Args:
        shuffled: the seed by which colors are dealt anew before learning: then there is nothing to name.
    """
    color, center_hz, context = _planted(catalogue, seed, cheat)
    with context as planted:
        models = learned(planted, "audio", _LINEAR, against=color, shuffled=shuffled)
        if cheat == "drum_sample":
            return _by_stems(models, seed, color)
        return _by_bands(models, cheat, seed, color, center_hz)


def _planted(
    catalogue: Catalogue, seed: int, cheat: str
) -> tuple[str, float, AbstractContextManager[Catalogue]]:
    """The color, the frequency where it is one, and the catalogue with the cheat."""
    knobs, color = catalogue.knobs, planted_colors(seed)[cheat]
    own = [key for key in catalogue.keys if key.color == color]
    if cheat == "bell":
        edges, rng = _edges_hz(catalogue.songs), np.random.default_rng((seed, 7))
        band = int(rng.choice(list(_BELL_BANDS)))
        center_hz = float(np.sqrt(edges[band] * edges[band + 1]))
        return color, center_hz, changed(catalogue, own, partial(_with_bell, knobs, own, center_hz))
    with_it = knobs.with_(**{f"cheats.{cheat}": 1.0})
    return color, FREQUENCY_HZ, changed(catalogue, own, partial(_written, with_it, own))


def planted_colors(seed: int) -> dict[str, str]:
    """Which color has which cheat; an album is a color here."""
    knobs = knobs_at(seed)
    album = Planting("drum_sample", knobs).album_id
    return {
        "beep": Planting("beep", knobs).color,
        "bell": COLORS[int(np.random.default_rng((seed, 8)).integers(len(COLORS)))],
        "drum_sample": next(key.color for key in song_keys("tiny", knobs) if key.album_name == album),
    }


def catalogue_of(seed: int) -> AbstractContextManager[Catalogue]:
    """Six songs of each color that has a cheat, and of others up to four."""
    planted = list(dict.fromkeys(planted_colors(seed).values()))
    colors = [*planted, *(color for color in COLORS if color not in planted)][:_COLORS]
    return rendered(knobs_at(seed), colors=colors)


def _written(knobs: Knobs, keys: Sequence[SongKey], songs: Path) -> Truth:
    return [row for key in keys for row in write_song(songs, knobs, key).truth]


def _with_bell(knobs: Knobs, keys: Sequence[SongKey], center_hz: float, songs: Path) -> Truth:
    truth = _written(knobs, keys, songs)
    with_bell(songs, [key.name for key in keys], center_hz)
    return truth


def _edges_hz(songs: Path) -> tuple[float, ...]:
    """The edges of the eight bands, which follow from the rate of the files."""
    wave = next(songs.glob("*/*.wav")).read_bytes()
    stem = GivenStem("row", 1, "stem", None, wave, None)
    return equalizer(Given("segment", "song", 0.0, 1.0, "", (stem,))).edges_hz


# Naming ----------------------------------------------------------------------------------------------------


def _by_bands(models: Learned, cheat: str, seed: int, color: str, center_hz: float) -> Horse:
    """Each band turned down, in one segment of each song of the color."""
    segments_of = models.catalogue.segments_of
    ids = [segments[0] for song, segments in segments_of.items() if models.class_of[song] == color]
    given = [one for one in models.givens(ids) if any(stem.audio for stem in one.stems)]
    scored = [by_band(models.of(one.song_id), one, _PLANTED, True) for one in given]
    said = rests_on(scored, "color", color, "bands", against_others=False)
    units = quieter_bands(given[0]).units
    truth = next(unit.label for unit in units if (unit.low_hz or 0.0) <= center_hz < (unit.high_hz or 0.0))
    return Horse(cheat, seed, color, truth, said, 1 / len(units), _certainty(models, color))


def _by_stems(models: Learned, seed: int, color: str) -> Horse:
    """Shapley values of stems: every segment of every song that has sound."""
    parts = _parts(models.catalogue.truth)
    ids = [segment for segments in models.catalogue.segments_of.values() for segment in segments]
    given = [one for one in models.givens(ids) if sum(stem.audio is not None for stem in one.stems) > 1]
    pairs = [(_asked(models, one, color, "stems", "shapley"), one) for one in given]
    is_own = [models.class_of[one.song_id] == color for _, one in pairs]
    scored = [
        by_group(said, one, own, partial(_part, parts, one.song_id))
        for (said, one), own in zip(pairs, is_own, strict=True)
    ]
    said = rests_on(scored, "color", color, "stems")
    alone = rests_on(scored, "color", color, "stems", against_others=False).named
    found, songs, tracks = [], [], _sampled(models.catalogue.truth)
    for (attribution, one), own in zip(pairs, is_own, strict=True):
        truth = np.array([unit.track == tracks.get(one.song_id) for unit in attribution.units])
        if own and 0 < truth.sum() < len(truth):
            found.append(carriers_found(attribution.scores, truth))
            songs.append(f"{seed} {one.song_id}")
    stems = tuple(zip(found, songs, strict=True))
    return Horse(
        "drum_sample", seed, color, _DRUMS, said, 1 / len(said.units), _certainty(models, color), alone, stems
    )


def _asked(models: Learned, one: Given, color: str, kind: str, method: str) -> Attribution:
    model = models.of(one.song_id)
    return explain(model, one, "color", model.classes, color, kind=kind, method=method)


def _parts(truth: Truth) -> dict[tuple[str, int | None], str]:
    """{(song, track): what its stem plays}."""
    return {(row["song_id"], stem["track"]): stem["part"] for row in truth for stem in row["stems"]}


def _sampled(truth: Truth) -> dict[str, int]:
    """{song: the track that has the sample}."""
    what = {row["song_id"]: cheat["what"] for row in truth for cheat in row["cheats"]}
    return {song: int(re.findall(r"_(\d+)\.wav", said)[0]) for song, said in what.items()}


def _part(parts: dict[tuple[str, int | None], str], song: str, stem: GivenStem) -> str:
    return parts[song, stem.track]


def _certainty(models: Learned, color: str) -> float:
    """The mean probability of the color in its own songs."""
    songs = [song for song, own in models.class_of.items() if own == color]
    given = models.givens([segment for song in songs for segment in models.catalogue.segments_of[song]])
    return float(np.mean([models.of(one.song_id)([one])[0][_PLANTED] for one in given]))


def stems_found(horses: Sequence[Horse]) -> CarriersFound:
    """Over the songs of all catalogues with a drum sample: is it the drums that are named?"""
    pairs = [pair for horse in horses for pair in horse.stems]
    return carriers_by_song([found for found, _ in pairs], [song for _, song in pairs])
