"""Turns a page into one HTML file that needs no network and lets none in."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from rebracket.core.errors import InputError
from rebracket.page.places import BOX, placed
from rebracket.page.sections import (
    Confusion,
    Distribution,
    Exemplars,
    MapSection,
    Page,
    PerClass,
    Prose,
    RunSection,
    ScoreTable,
    SideBySide,
    VerdictSection,
)

__all__ = ["render", "write_page"]

TEMPLATES: Mapping[type, str] = {
    MapSection: "map.html",
    Exemplars: "exemplars.html",
    RunSection: "run.html",
    VerdictSection: "verdict.html",
    ScoreTable: "scores.html",
    Distribution: "distribution.html",
    PerClass: "per_class.html",
    Confusion: "confusion.html",
    Prose: "prose.html",
    SideBySide: "side_by_side.html",
}
_SHADES = 10  # steps of the shaded table, as classes: the policy below allows no style attributes


def render(page: Page) -> str:
    """The page as HTML text; the same page gives the same text."""
    script, style = _resource("page.js"), _resource("page.css")
    environment = _environment()
    return environment.get_template("page.html").render(
        page=page,
        policy=_policy(script, style),
        script=Markup(script),  # noqa: S704  ours, not the user's
        style=Markup(style),  # noqa: S704
        data=_map_data(page),
        sounds=_encoded(page.sounds),
        groups={group: sorted(sounds) for group, sounds in page.sounds.items()},
        audible=frozenset(moment for sounds in page.sounds.values() for moment in sounds),
    )


def write_page(page: Page, path: Path) -> Path:
    """Writes the page in one step: whoever looks sees the old file or the whole new one.

    Raises:
        InputError: where the file cannot be written.
    """
    text = render(page).encode("utf-8", errors="replace")  # a lone surrogate is no reason to lose a report
    partial = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise InputError(
            f"{path.name}: found {error.strerror}, expected a place to write the page"
        ) from error
    finally:
        with suppress(OSError):  # gone already where all went well
            partial.unlink()
    return path


def _environment() -> Environment:
    sources = {name: _resource(name) for name in ("page.html", "blocks.html", *TEMPLATES.values())}
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clock=clock, number=number, count=count, shade=shade)
    environment.globals.update(template_of=_template_of, placed=placed, box=BOX)
    return environment


def _resource(name: str) -> str:
    return (files("rebracket.page") / "templates" / name).read_text("utf-8")


def _template_of(section: object) -> str:
    return TEMPLATES[type(section)]


def _policy(script: str, style: str) -> str:
    """A policy under which only our own script and style run, and nothing is fetched."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "media-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _encoded(sounds: Mapping[str, Mapping[str, bytes]]) -> list[tuple[str, Markup]]:
    """One JSON object a group, moment to base64."""
    return [
        (group, _json({moment: base64.b64encode(data).decode() for moment, data in sorted(members.items())}))
        for group, members in sorted(sounds.items())
    ]


def _json(value: Any) -> Markup:
    """JSON for a script element; cheaper than the template's own filter, which copies it four times."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        if sign in text:
            text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  the three signs that could end the element are escaped


def _map_data(page: Page) -> Markup:
    """What the script needs of the map; its indices are those of the dots."""
    for section in page.sections:
        if isinstance(section, MapSection):
            return _json(
                {
                    "classes": {key.id: [key.name, key.hex] for key in section.classes},
                    "chosen": section.chosen,
                    "moments": [
                        {
                            "id": dot.moment.id,
                            "class": dot.moment.class_id,
                            "title": dot.moment.title,
                            "time": f"{clock(dot.moment.start_s)}–{clock(dot.moment.end_s)}",
                            "section": dot.moment.section,
                            "line": dot.moment.line,
                            "near": dot.neighbors,
                        }
                        for dot in section.dots
                    ],
                }
            )
    return _json(None)


def clock(seconds: float) -> str:
    """Seconds as ``m:ss``, ``h:mm:ss`` from an hour on; rounded down, as players do."""
    whole = math.floor(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes_of_hour = divmod(minutes, 60)
    return f"{hours}:{minutes_of_hour:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def number(value: float | None) -> str:
    """Two digits after the point; a dash where there is no number."""
    return "–" if value is None else f"{value:.2f}"


def count(value: int | None) -> str:
    """A count with separators; a dash where it is unknown."""
    return "–" if value is None else f"{value:,}"


def shade(value: int, row: tuple[int, ...]) -> int:
    """The share of a row that a count is, in tenths."""
    total = sum(row)
    return round(_SHADES * value / total) if total else 0
