"""Turns a page into one HTML file that needs no network and lets none in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from rebracket.page.document import (
    as_json,
    clock,
    digest,
    encoded,
    environment,
    policy,
    resource,
    write_whole,
)
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
    script, style = resource("page.js"), resource("page.css")
    return (
        _environment()
        .get_template("page.html")
        .render(
            page=page,
            policy=policy([script], f"'{digest(style)}'"),
            scripts=[Markup(script)],  # noqa: S704  ours, not the user's
            style=Markup(style),  # noqa: S704
            data=_map_data(page),
            sounds=encoded(page.sounds),
            groups={group: sorted(sounds) for group, sounds in page.sounds.items()},
            audible=frozenset(moment for sounds in page.sounds.values() for moment in sounds),
        )
    )


def write_page(page: Page, path: Path) -> Path:
    """Writes the page in one step: whoever looks sees the old file or the whole new one.

    Raises:
        InputError: where the file cannot be written.
    """
    return write_whole(render(page), path)


def _environment() -> Environment:
    made = environment(("page.html", *TEMPLATES.values()))
    made.filters.update(number=number, count=count, shade=shade)
    made.globals.update(template_of=_template_of, placed=placed, box=BOX)
    return made


def _template_of(section: object) -> str:
    return TEMPLATES[type(section)]


def _map_data(page: Page) -> Markup:
    """What the script needs of the map; its indices are those of the dots."""
    for section in page.sections:
        if isinstance(section, MapSection):
            return as_json(
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
    return as_json(None)


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
