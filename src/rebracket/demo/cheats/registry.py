"""All cheats, in the order in which they are planted, and what plants them."""

from __future__ import annotations

from collections.abc import Sequence

from rebracket.demo.cheats.album_mastering import ALBUM_MASTERING
from rebracket.demo.cheats.beep import BEEP
from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.collinear_axes import COLLINEAR_AXES
from rebracket.demo.cheats.columns import Columns, plain_columns
from rebracket.demo.cheats.drum_sample import DRUM_SAMPLE
from rebracket.demo.cheats.file_names import FILE_NAMES
from rebracket.demo.cheats.keyword_labels import KEYWORD_LABELS
from rebracket.demo.cheats.planting import Planted, Planting
from rebracket.demo.cheats.repeated_text import REPEATED_TEXT
from rebracket.demo.cheats.shared_loops import SHARED_LOOPS
from rebracket.demo.realize import Realized
from rebracket.demo.story import Knobs, SongCauses

__all__ = ["CHEATS", "apply_cheats", "columns_of"]

# The keyword comes after the text that would replace it, the mastering after all that sounds, and the
# names last, when all files are there.
CHEATS: dict[str, Cheat] = {
    "repeated_text": REPEATED_TEXT,
    "keyword_labels": KEYWORD_LABELS,
    "shared_loops": SHARED_LOOPS,
    "drum_sample": DRUM_SAMPLE,
    "beep": BEEP,
    "album_mastering": ALBUM_MASTERING,
    "file_names": FILE_NAMES,
    "collinear_axes": COLLINEAR_AXES,
}


def apply_cheats(made: Realized, knobs: Knobs) -> tuple[Realized, tuple[Planted, ...]]:
    """Plants the cheats of these knobs in a song, and says where.

    Without a dose the song comes back as it is. What is planted depends on the seed and on the song's
    id, album and color.
    """
    planted: list[Planted] = []
    for name, cheat in CHEATS.items():
        planting = Planting(name, knobs)
        if cheat.on_song is None or planting.dose == 0:
            continue
        made, what = cheat.on_song(made, planting)
        if what is not None:
            planted.append(Planted(name, planting.dose, made.song.song_id, what))
    return made, tuple(planted)


def columns_of(songs: Sequence[SongCauses], knobs: Knobs) -> Columns:
    """What stands beside the music of a feature-level catalogue, its cheats included."""
    columns = plain_columns(songs, knobs)
    for name, cheat in CHEATS.items():
        planting = Planting(name, knobs)
        if planting.dose > 0:
            columns = cheat.on_columns(columns, planting)
    return columns
