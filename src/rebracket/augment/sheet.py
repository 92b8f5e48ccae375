"""A rebracketing to read: brackets before and after, a grid of onsets, the scalars; and a piano roll."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from rebracket.augment.carriers import Boundary, Carriers
from rebracket.augment.lines import bracketed
from rebracket.augment.operations import OPERATIONS
from rebracket.augment.passage import STEP_TICKS, Note, Passage, Word

__all__ = ["Version", "grid", "piano_roll", "sheet", "word_brackets"]

_MOST_BARS = 16  # of a grid
_HUES = (212, 28, 145, 275, 350, 90, 185, 55)  # of the parts, in degrees
_WIDTH, _ROW, _LEFT = 1080, 4, 8
_SCALARS = {
    "intensity": "intensity",
    "coverage": "coverage",
    "boundary fluidity": "fluidity",
    "temporal complexity": "complexity",
    "memory discrepancy": "memory_discrepancy",
    "ontological uncertainty": "uncertainty",
}


@dataclass(frozen=True, slots=True)
class Version:
    """A passage as it was made ready for a type, what became of it, and what was said on the way."""

    before: Passage
    after: Passage
    carriers: Carriers
    remarks: tuple[str, ...] = ()


def word_brackets(words: Iterable[Word]) -> list[str]:
    """Lines in brackets; voices are named where there are several or one is."""
    words = list(words)
    return bracketed(words, voices=len({word.voice for word in words}) > 1)


def grid(passage: Passage, boundaries: Iterable[Boundary] = (), *, after: bool = False) -> list[str]:
    """Onsets in sixteenths, a row a part, phrases in brackets; ``^`` below where a boundary lies."""
    steps = -(-passage.bar_ticks // STEP_TICKS)
    bars = min(passage.bars, _MOST_BARS)
    rows = {part: [["."] * steps for _ in range(bars)] for part in passage.playing}
    for note in passage.notes:
        bar, inside = divmod(note.onset_ticks, passage.bar_ticks)
        if bar < bars:
            rows[note.part][bar][inside // STEP_TICKS] = "x"
    width = max((len(part) for part in rows), default=0)
    lines = [f"{part:<{width}}  {_phrased(passage, row)}" for part, row in rows.items()]
    ticks = [b.after if after else b.before for b in boundaries if b.unit == "ticks"]
    marks = [[" "] * steps for _ in range(bars)]
    for bar, inside in (divmod(tick, passage.bar_ticks) for tick in ticks):
        if 0 <= bar < bars:
            marks[bar][inside // STEP_TICKS] = "^"
    if any("^" in bar for bar in marks):
        blank = _phrased(passage, marks).translate(str.maketrans("[|]", "   "))
        lines.append(f"{'':<{width}}  {blank}".rstrip())
    return lines


def _phrased(passage: Passage, bars: list[list[str]]) -> str:
    phrase = passage.phrase_bars
    groups = [bars[place : place + phrase] for place in range(0, len(bars), phrase)]
    return " ".join("[" + "|".join("".join(bar) for bar in group) + "]" for group in groups)


def sheet(name: str, versions: Iterable[Version], files: dict[str, list[str]]) -> str:
    """All versions of a passage as Markdown; ``files`` are named by type."""
    blocks = [f"# {name}"]
    for version in versions:
        type_ = version.carriers.type
        remarks = [f"- {remark}" for remark in (*version.remarks, *_nothing(version))]
        made = files.get(type_, [])
        rolls = [f"![notes before and after]({file})" for file in made if file.endswith(".svg")]
        others = [f"[{file}]({file})" for file in made if not file.endswith(".svg")]
        blocks += [f"## {type_}", f"The boundary: {_boundary(version)}.", "\n".join(remarks)]
        blocks += ["\n".join(["```text", *_before_and_after(version), "```"]), _scalars(version), *rolls]
        blocks += ["Files: " + ", ".join(others)] if others else []
    return "\n\n".join(block for block in blocks if block) + "\n"


def _scalars(version: Version) -> str:
    measured = version.carriers.measured
    told = [f"{name} {getattr(measured, field):.2f}" for name, field in _SCALARS.items()]
    return ", ".join(told) + "."


def _boundary(version: Version) -> str:
    operation, before = OPERATIONS[version.carriers.type], version.before
    told = [operation.in_music] * bool(before.notes) + [operation.in_words] * bool(before.words)
    return "; ".join(told)


def _nothing(version: Version) -> list[str]:
    moved = version.carriers.notes or version.carriers.words
    return [] if moved else ["nothing moved: there is no boundary of this kind here, or the shift is 0"]


def _before_and_after(version: Version) -> list[str]:
    lines = []
    for label, passage, after in (("before", version.before, False), ("after", version.after, True)):
        lines += [label, *(f"  {line}" for line in word_brackets(passage.words))]
        lines += [f"  {line}" for line in grid(passage, version.carriers.boundaries, after=after)]
    return lines


def piano_roll(version: Version) -> str:
    """Notes before, and below them after, as one SVG; what moved has an outline, boundaries are dashed."""
    notes = (*version.before.notes, *version.after.notes)
    low, high = min(note.pitch for note in notes), max(note.pitch for note in notes)
    height = (high - low + 3) * _ROW
    moved = {move.index for move in version.carriers.notes}
    body = []
    for place, passage in enumerate((version.before, version.after)):
        top = place * (height + 20) + 14
        body.append(f'<text x="{_LEFT}" y="{top - 3}" font-size="10">{("before", "after")[place]}</text>')
        body += [
            _line(passage, bar * passage.bar_ticks, top, height, "#ccc") for bar in range(passage.bars + 1)
        ]
        for index, note in enumerate(passage.notes):
            body.append(_box(passage, note, top + (high + 1 - note.pitch) * _ROW, index in moved))
        for boundary in version.carriers.boundaries:
            if boundary.unit == "ticks":
                tick = boundary.after if place else boundary.before
                body.append(_line(passage, tick, top, height, "#c00"))
    whole = 2 * (height + 20)
    size = f'width="{_WIDTH + 2 * _LEFT}" height="{whole}" viewBox="0 0 {_WIDTH + 2 * _LEFT} {whole}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n' + "\n".join(body) + "\n</svg>\n"


def _x(passage: Passage, ticks: int) -> float:
    return round(_LEFT + _WIDTH * ticks / passage.end_ticks, 1)


def _line(passage: Passage, ticks: int, top: int, height: int, color: str) -> str:
    x, dashes = _x(passage, ticks), "" if color == "#ccc" else ' stroke-dasharray="4 3"'
    return f'<line x1="{x}" y1="{top}" x2="{x}" y2="{top + height}" stroke="{color}"{dashes}/>'


def _box(passage: Passage, note: Note, y: int, moved: bool) -> str:
    hue = _HUES[passage.parts.index(note.part) % len(_HUES)]
    x = _x(passage, note.onset_ticks)
    width = max(1.5, min(_WIDTH + _LEFT, _x(passage, note.onset_ticks + note.length_ticks)) - x)
    light = 75 - round(40 * note.velocity / 127)
    outline = ' stroke="#000" stroke-width="0.8"' if moved else ""
    where = f'x="{x}" y="{y}" width="{width:.1f}" height="{_ROW}"'
    return f'<rect {where} fill="hsl({hue} 60% {light}%)"{outline}><title>{escape(note.part)}</title></rect>'
