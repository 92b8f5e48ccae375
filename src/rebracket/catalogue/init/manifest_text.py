"""The manifest of a song whose values are estimates, with the confidence of each and what else it may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from rebracket.catalogue.init.found import Estimate
from rebracket.catalogue.write import manifest_text
from rebracket.core.song import Song

__all__ = ["estimated_manifest"]

_HEADER = """\
# Written by 'rebracket init'. What 'estimated' lists was not said by anybody: it was read off files or
# heard, with a confidence from 0 to 1. Correct what is wrong, and delete its line there.
"""
_UNKNOWN = ("vocals", "lyrics")  # where there are no lyrics nobody knows whether there should be
_NOT_OURS = ("lrc_time_unit", "fps", "estimated")


def estimated_manifest(song: Song, estimates: Mapping[str, Estimate]) -> str:
    """A manifest in YAML, with only what is known or estimated; times are in milliseconds, and say so."""
    content: dict[str, Any] = yaml.safe_load(manifest_text(song))
    for key in (*_NOT_OURS, *(_UNKNOWN if song.has_lyrics is None else ())):
        content.pop(key, None)
    content = {key: value for key, value in content.items() if value not in ("", None, [], {})}
    content["structure"] = [_without_empty(section) for section in content["structure"]]
    content["time_unit"] = "ms"
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    rows = [_row(key, estimate) for key, estimate in estimates.items()]
    return "".join([_HEADER, body, "estimated:\n", *rows])


def _without_empty(section: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in section.items() if value not in ("", None)}


def _row(key: str, estimate: Estimate) -> str:
    """A line such as ``  bpm: 0.81  # audio; perhaps 56.0, 224.0``; names of files stay out of it."""
    source = estimate.source.partition(",")[0]
    perhaps = "" if key == "main_audio_file" else ", ".join(estimate.alternatives)
    return f"  {key}: {estimate.confidence:.2f}  # {source}{'; perhaps ' + perhaps if perhaps else ''}\n"
