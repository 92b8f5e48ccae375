"""Songs whose players agreed, refused, or were not asked, each in another way of sharing files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from conftest import NOTES, RATE_HZ, Note, make_song, score, tone
from rebracket.catalogue import write_manifest, write_midi, write_wav
from rebracket.core import Player

__all__ = ["GONE", "REFUSED", "UNSAID", "consenting_songs"]

REFUSED, UNSAID = "Bo Thornfield", "Cy Marlowe"
GONE = {("01_02", 3), ("02_01", 3), ("02_02", 1), ("02_02", 2), ("02_02", 3)}
"""Tracks that may not be shared: 02_02 has none that may."""


def consenting_songs(root: Path) -> None:
    """Five songs with tracks of 1 Keys, 2 Bass, 3 Chimes.

    01_01: the player of the chimes agreed. 01_02: the player refused, and the keys name the same MIDI
    file. 02_01: nobody asked. 02_02: all tracks are of one who refused. 02_03: all are the artist's.
    """
    agreed = Player("Ada Quill", True)
    _song(root, "01_01", "R", 0, ("Ada Quill", agreed))
    _song(root, "01_02", "R", 1, (REFUSED, Player(REFUSED, False)), shares_midi=True)
    _song(root, "02_01", "V", 2, (UNSAID, None))
    _song(root, "02_02", "V", 3, (REFUSED, Player(REFUSED, False)), all_tracks=True)
    _song(root, "02_03", "V", 4, (None, None))


def _song(
    root: Path,
    song_id: str,
    color: str,
    number: int,
    of: tuple[str | None, Player | None],
    *,
    shares_midi: bool = False,
    all_tracks: bool = False,
) -> None:
    song, (name, said) = make_song(root, song_id, color, number), of
    home = root / song_id
    chimes = tone(900 + number)
    mix = tone(220 + 10 * number) + tone(80 + number) + chimes
    write_wav(home / f"{song_id}_03.wav", chimes, RATE_HZ)
    write_wav(home / f"{song_id}_main.wav", np.repeat(mix / 2, 2, axis=1), RATE_HZ)
    write_midi(score([*NOTES, Note(1.0, 11.0, 90)]), home / f"{song_id}_03.mid")
    third: dict[str, Any] = {"audio_file": f"{song_id}_03.wav", "player": name}
    third["midi_file"] = f"{song_id}_{'01' if shares_midi else '03'}.mid"
    stems = [*song.stems[:2], replace(song.stems[2], **third)]
    if all_tracks:
        stems = [replace(stem, player=name) for stem in stems]
    changed = replace(song, stems=tuple(stems), players=() if said is None else (said,))
    write_manifest(changed, home / f"{song_id}.yml")
