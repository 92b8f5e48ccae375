"""Which class each album is: of the taxonomy that is there, or of a new one made of the folders."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rebracket.catalogue.found import Found
from rebracket.catalogue.ids import is_id
from rebracket.catalogue.init.found import PlainSong
from rebracket.catalogue.init.names import slug
from rebracket.catalogue.init.search import album_path
from rebracket.catalogue.manifest import read_manifest
from rebracket.ontology import FILE_NAME, Ontology, load_ontology, rainbow_table

__all__ = ["Taxonomy", "choose_taxonomy", "new_ontology_text"]

_HEADER = """\
# The classes of this catalogue: one for each folder of songs, as 'rebracket init' found them.
# Give them names, group albums under one id by changing 'rainbow_color' in the manifests, and add axes:
#   axes: {period: [early, late]}     and, below a color,     modes: {period: [early]}
"""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The color of each album by its path; None where the taxonomy has none for it.

    ``album_of`` is the id of each album by its path. ``text`` is that of a new ontology file, None where
    the catalogue has a taxonomy already.
    """

    color_of: Mapping[str, str | None]
    album_of: Mapping[str, str]
    text: str | None


def choose_taxonomy(root: Path, songs: Sequence[PlainSong], manifests: Sequence[Path]) -> Taxonomy:
    """The catalogue's own ontology or, where songs have manifests already, the one these are read with.

    An album takes the color of the songs that it has already, else the one that bears its name. Where
    there is neither an ontology nor a manifest, each album is a color of a new ontology.

    Raises:
        InputError: where the ontology that is there cannot be used.
    """
    albums = {song.album_path: song.album for song in songs}
    own = root / FILE_NAME
    if not own.exists() and not manifests:
        text, color_of = new_ontology_text(root.resolve().name or "songs", albums)
        return Taxonomy(color_of, _album_ids(albums), text)
    ontology = load_ontology(own) if own.exists() else rainbow_table()
    known = _colors_of(root, manifests, ontology)
    color_of = {path: known.get(path) or _by_name(name, ontology) for path, name in albums.items()}
    return Taxonomy(color_of, _album_ids(albums), None)


def _album_ids(albums: Mapping[str, str]) -> dict[str, str]:
    """An id for each album, its name where that is one and no other album has it."""
    taken: set[str] = set()
    ids: dict[str, str] = {}
    for place, (path, name) in enumerate(sorted(albums.items())):
        wanted = name if is_id(name) else slug(name, f"album-{place + 1}")
        tries = [wanted, *(f"{wanted}-{number}" for number in range(2, len(albums) + 2))]
        ids[path] = next(id_ for id_ in tries if id_.casefold() not in taken)
        taken.add(ids[path].casefold())
    return ids


def _colors_of(root: Path, manifests: Sequence[Path], ontology: Ontology) -> dict[str, str]:
    """The color of the first song of each album that has a manifest."""
    colors: dict[str, str] = {}
    for path in manifests:
        manifest = read_manifest(path, Found(path.name))
        color = manifest and manifest.color and _by_name(manifest.color, ontology)
        if color:
            colors.setdefault(album_path(path.parent, root), color)
    return colors


def _by_name(name: str, ontology: Ontology) -> str | None:
    wanted = name.casefold()
    for color in ontology.colors.values():
        if wanted in (color.id.casefold(), color.name.casefold(), (color.album or "").casefold()):
            return color.id
    return None


def new_ontology_text(name: str, albums: Mapping[str, str]) -> tuple[str, dict[str, str | None]]:
    """An ontology in YAML with a color for each album, and the color of each by the path of its folder."""
    colors: dict[str, Any] = {}
    color_of: dict[str, str | None] = {}
    for place, (path, album) in enumerate(sorted(albums.items())):
        wanted = slug(album, f"album-{place + 1}")
        id_ = next(i for i in (wanted, *(f"{wanted[:36]}-{n}" for n in range(2, 9999))) if i not in colors)
        colors[id_] = {"name": album, "hex": _hex(place, len(albums)), "album": album}
        color_of[path] = id_
    content = {"name": slug(name, "songs"), "axes": {}, "colors": colors, "types": {}}
    return _HEADER + yaml.safe_dump(content, sort_keys=False, allow_unicode=True), color_of


def _hex(place: int, count: int) -> str:
    """Evenly spaced hues; neighbors differ in lightness too, because hue alone ends at about a dozen."""
    lightness = (0.42, 0.62)[place % 2]
    parts = colorsys.hls_to_rgb(place / max(count, 1), lightness, 0.62)
    return "#" + "".join(f"{round(255 * part):02X}" for part in parts)
