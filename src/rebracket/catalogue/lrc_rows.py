"""The rows of an LRC file: which texts stand under which stamps, and what is a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rebracket.catalogue.found import Found, Place, shown
from rebracket.catalogue.stamps import EXPECTED, parse_stamp
from rebracket.core.errors import InputError
from rebracket.core.timecode import Timecode

__all__ = ["Draft", "Word", "read_rows"]

MAX_ROWS, MAX_STAMPS = 20_000, 20_000  # a song has hundreds; what claims more is no song's lyrics
_STAMP = re.compile(r"\s*(\[\s*\d+\s*:[^\[\]]*\]?)", re.ASCII)
_TAG = re.compile(r"\[\s*([A-Za-z#_]+)\s*:([^\[\]]*)\]\s*")
_LONE_TAG = re.compile(r"\[\s*([A-Za-z#_]+)\s*:(.*)\]")
_TAGS = frozenset({"ti", "ar", "al", "au", "by", "lr", "length", "offset", "re", "tool", "ve"})
_INNER = re.compile(
    r"(<\s*\d+\s*:\s*\d+(?:[.:]\s*\d+)?\s*>|\[\s*\d+\s*:\s*\d+(?:[.:]\s*\d+)?\s*\])", re.ASCII
)
_BREAKS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a line as written; without a stamp it begins with the line."""

    stamp: Timecode | None
    text: str


@dataclass(slots=True)
class Draft:
    """A text and the stamps it stands under.

    ``bad`` is the first stamp that could not be read, with its place; where no other stamp of the row
    could, the text is lost with it. ``words`` are None as long as nothing in the line has a stamp.
    """

    stamps: list[tuple[Timecode, Place]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    words: list[Word] | None = None
    bad: list[tuple[str, Place]] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether a text that follows would belong to it."""
        return bool(self.stamps or self.bad)

    def add(self, text: str, place: Place, found: Found) -> None:
        """Adds a row of text, which may have stamps inside; an empty one adds nothing."""
        if not text.strip():
            return
        pieces = _INNER.split(text)
        _counted(len(pieces) // 2 + len(self.words or ()))
        plain = " ".join("".join(pieces[::2]).split())
        if plain and self.texts and not self.lost:
            found.add("lrc-text-wrapped", shown(plain), "a stamp before the line", at=place)
        if len(pieces) > 1 or self.words is not None:
            self._add_words(pieces, place, found)
        if plain:
            self.texts.append(plain)

    @property
    def lost(self) -> bool:
        """Whether no stamp of the row can be read."""
        return bool(self.bad) and not self.stamps

    def _add_words(self, pieces: list[str], place: Place, found: Found) -> None:
        if self.words is None:
            self.words = [Word(None, f"{text} ") for text in self.texts]
        elif self.words and self.texts:
            self.words.append(Word(None, " "))
        if pieces[0].strip():
            self.words.append(Word(None, " ".join(pieces[0].split()) + " " * pieces[0][-1].isspace()))
        for written, text in zip(pieces[1::2], pieces[2::2], strict=True):
            try:
                self.words.append(Word(parse_stamp(f"[{written[1:-1]}]"), _spaced(text)))
            except InputError:
                found.add("lrc-word-stamp", shown(written), EXPECTED, at=place)
                self.words.append(Word(None, _spaced(text)))

    def tell_bad(self, found: Found) -> None:
        """Names every stamp that could not be read, and the text that is lost with them."""
        for written, place in self.bad:
            what = shown(written)
            if self.lost and self.texts:
                more = f" and {len(self.texts) - 1} more lines" if len(self.texts) > 1 else ""
                what += f" before {shown(self.texts[0])}{more}"
            found.add("lrc-stamp", what, EXPECTED, at=place)


def _counted(n_stamps: int) -> int:
    """A number of stamps, which has to stay within reason."""
    if n_stamps > MAX_STAMPS:
        raise InputError(f"found more than {MAX_STAMPS} stamps, expected fewer")
    return n_stamps


def _spaced(text: str) -> str:
    """A text whose runs of space are one space each, also at its ends."""
    inner = " ".join(text.split())
    if not inner:
        return " " if text else ""
    return " " * text[0].isspace() + inner + " " * text[-1].isspace()


def read_rows(text: str, found: Found, tags: dict[str, tuple[str, Place]]) -> Iterator[Draft]:
    """Groups the rows of a file into texts with their stamps; tags go into ``tags``.

    Raises:
        InputError: where there are more rows or stamps than the lyrics of a song have.
    """
    rows = _BREAKS.split(text)
    if len(rows) > MAX_ROWS:
        raise InputError(f"found {len(rows)} lines, expected at most {MAX_ROWS}")
    draft, untimed, n_stamps = Draft(), list[tuple[str, Place]](), 0
    for number, row in enumerate(rows, start=1):
        begun, rest = _begin(row, number, found)
        n_stamps = _counted(n_stamps + len(begun.stamps) + len(begun.bad))
        place = Place(number, 1)
        if begun.waits:
            draft.tell_bad(found)
            yield draft
            draft = begun
        elif _take_tags(row.strip(), place, tags, in_head=not draft.waits):
            continue
        if draft.waits:
            draft.add(rest, place, found)
        elif rest.strip():
            untimed.append((" ".join(rest.split()), place))
    if untimed:
        more = f" and {len(untimed) - 1} more lines up to line {untimed[-1][1].line}" * (len(untimed) > 1)
        found.add("lrc-text-before-stamp", f"{shown(untimed[0][0])}{more}", "a stamp first", at=untimed[0][1])
    draft.tell_bad(found)
    yield draft


def _begin(row: str, number: int, found: Found) -> tuple[Draft, str]:
    """The stamps at the head of a row, and the text after them."""
    draft, end = Draft(), 0
    while match := _STAMP.match(row, end):
        place = Place(number, match.start(1) + 1)
        text = match[1] if match[1].endswith("]") else match[1] + "…"
        end = match.end()
        _counted(len(draft.stamps) + len(draft.bad))
        try:
            draft.stamps.append((parse_stamp(text), place))
        except InputError:
            draft.bad.append((text, place))
            continue
        if any(sign.isspace() for sign in text):
            found.add("stamp-space", shown(text), "no space inside", at=place)
    return draft, row[end:]


def _take_tags(row: str, place: Place, tags: dict[str, tuple[str, Place]], *, in_head: bool) -> bool:
    """Whether a row is tags: known ones anywhere, others in the head, each with one value."""
    pairs, end = [], 0
    while match := _TAG.match(row, end):
        pairs.append((match[1].lower(), match[2].strip()))
        end = match.end()
    if not pairs or end < len(row):
        lone = _LONE_TAG.fullmatch(row)
        pairs = [(lone[1].lower(), lone[2].strip())] if lone else []
    new = {name: value for name, value in pairs if tags.get(name, (value, place))[0] == value}
    if not pairs or new != dict(pairs) or not (in_head or _TAGS.issuperset(new)):
        return False
    for name, value in new.items():
        tags.setdefault(name, (value, place))
    return True
