"""An album mastered in one go: its equalizer, level, band limit, noise floor and codec on all its songs."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np
import soundfile

from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.columns import PRODUCTION, Columns
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.realize import RATE_HZ, Realized
from rebracket.sound import equalize, low_pass

__all__ = ["ALBUM_MASTERING"]

_WIDEST_HZ = 9900.0
_MOST_DB = 12.0  # taken away, never added: nothing may clip
_LOSSIEST = 0.7  # libsndfile's compression level; above it LAME changes the rate, and the length
_NAMES = tuple(PRODUCTION)
_TURNED = [_NAMES.index(name) for name in ("loudness in LU", "below 250 Hz in dB", "above 2.5 kHz in dB")]
_BAND, _FLOOR = _NAMES.index("bandwidth in kHz"), _NAMES.index("noise floor in dBFS")


@dataclass(frozen=True, slots=True)
class Mastering:
    """What is done to an album; all of it grows with the dose from nothing.

    ``level_db``, ``low_db`` and ``high_db`` are taken away, ``noise`` is the amplitude of the floor,
    ``compression`` goes from 0 (160 kbit/s) to 0.7 (56 kbit/s).
    """

    level_db: float
    low_db: float
    high_db: float
    limit_hz: float
    noise: float
    compression: float

    def __str__(self) -> str:
        floor_dbfs = 20 * np.log10(self.noise)
        return (
            f"{-self.level_db:.2f} dB, {-self.low_db:.2f} dB below 250 Hz, "
            f"{-self.high_db:.2f} dB above 2.5 kHz, nothing above {self.limit_hz:.0f} Hz, "
            f"noise of {floor_dbfs:.1f} dBFS, MP3 at compression {self.compression:.3f}"
        )


def mastering_of(planting: Planting, album_id: str) -> Mastering:
    """The mastering of an album, drawn whatever its color is."""
    level, low, high, limit, loud, lossy = planting.stream(album_id).random(6).tolist()
    dose = planting.dose
    return Mastering(
        level_db=dose * _MOST_DB * level,
        low_db=dose * _MOST_DB * low,
        high_db=dose * _MOST_DB * high,
        limit_hz=_WIDEST_HZ - dose * 5000.0 * limit,
        noise=dose * 10 ** ((-80.0 + 40.0 * loud) / 20),
        compression=min(_LOSSIEST, dose * _LOSSIEST * lossy),
    )


def _on_song(made: Realized, planting: Planting) -> tuple[Realized, str | None]:
    song = made.song
    mastering = mastering_of(planting, song.album_id)
    share = np.float32(mastering.noise / np.sqrt(max(1, len(made.stems))))
    rng = planting.stream(song.song_id)
    noises = {name: share * rng.standard_normal(len(wave), np.float32) for name, wave in made.stems.items()}
    stems = {
        name: encoded(desk(wave, mastering) + noises[name], mastering) for name, wave in made.stems.items()
    }
    floor = np.sum(list(noises.values()), axis=0, dtype=np.float32)
    sides = [encoded(desk(side, mastering) + floor, mastering) for side in made.mix.T]
    return replace(made, stems=stems, mix=np.column_stack(sides)), str(mastering)


def desk(wave: np.ndarray, mastering: Mastering) -> np.ndarray:
    """A wave [T] through the equalizer, at its level: linear, so that sums stay sums."""
    gain = np.float32(10 ** (-mastering.level_db / 20))
    equal = equalize(wave, low_db=-mastering.low_db, high_db=-mastering.high_db, rate_hz=RATE_HZ)
    return low_pass(equal, mastering.limit_hz, RATE_HZ) * gain


def encoded(wave: np.ndarray, mastering: Mastering) -> np.ndarray:
    """A wave [T] after a trip through MP3, of the same length and in the same place."""
    file = io.BytesIO()
    level = mastering.compression
    soundfile.write(
        file, wave, RATE_HZ, format="MP3", bitrate_mode="CONSTANT", compression_level=level
    )  # LAME tells its padding, and the decoder takes it away
    file.seek(0)
    heard, _ = soundfile.read(file, dtype="float32")
    return np.pad(heard, (0, max(0, len(wave) - len(heard))))[: len(wave)]


def _on_columns(columns: Columns, planting: Planting) -> Columns:
    production = columns.production.copy()
    for album in np.unique(columns.album):
        rows, mastering = columns.album == album, mastering_of(planting, album)
        taken = (mastering.level_db, mastering.low_db, mastering.high_db)
        production[np.ix_(rows, _TURNED)] -= taken
        production[rows, _BAND] -= (_WIDEST_HZ - mastering.limit_hz) / 1000
        power = 10 ** (production[rows, _FLOOR] / 10) + mastering.noise**2
        production[rows, _FLOOR] = 10 * np.log10(power)
    return replace(columns, production=production)


ALBUM_MASTERING = Cheat(
    target="color",
    dose="how strong the mastering of each album is, from none to up to 12 dB, -40 dBFS of noise, 56 kbit/s",
    on_song=_on_song,
    on_columns=_on_columns,
    asked=lambda columns, planting: columns.label_color,
    alone=lambda columns: columns.production[:, [*_TURNED, _BAND, _FLOOR]],
)
