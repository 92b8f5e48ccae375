"""One map over songs: in this process, or over all cores."""

from rebracket.engine.map import map_songs

__all__ = ["map_songs"]
