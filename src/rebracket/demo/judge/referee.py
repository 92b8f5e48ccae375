"""Everything the judge has to say of some sections of a song, from their notes, their words, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rebracket.demo.judge.content import content_of_notes
from rebracket.demo.judge.marks import in_order
from rebracket.demo.judge.passages import MidiPassage
from rebracket.demo.judge.propositions import proposition_shares
from rebracket.demo.judge.states import judge_types
from rebracket.demo.judge.verdict import judge_color, judge_player
from rebracket.demo.story import Knobs
from rebracket.sound import TimedNote

__all__ = ["Verdict", "judge"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Posteriors: over colors; over types and none of each section; over the tunes that were given; over
    the propositions of each section with lines (None without); over the players of each part.

    What was not asked about is empty.
    """

    color: dict[str, float]
    types: tuple[dict[str, float], ...]
    content: dict[str, float]
    said: tuple[dict[int, float] | None, ...]
    players: dict[str, dict[str, float]]


def judge(
    passages: Sequence[MidiPassage] = (),
    lines: Sequence[Sequence[str]] = (),
    *,
    before: Sequence[MidiPassage] = (),
    roles: Sequence[str] = (),
    tunes: Mapping[str, Sequence[TimedNote]] | None = None,
    knobs: Knobs | None = None,
) -> Verdict:
    """Color, types, content and players of the sections of a song.

    Args:
        passages: its sections in order, none where only words are known.
        lines: the lines of each section, none where only notes are known.
        before: the sections before their boundaries moved, where they are known.
        roles: of the sections, where there are no passages.
        tunes: the tunes that it may play, by name.
        knobs: of the story that is believed.

    Raises:
        InputError: where notes, words and what was there before are not of as many sections.
    """
    whole = _whole(passages)
    tune = next(iter(in_order(whole)), None)
    sung = [line for stanza in lines for line in stanza]
    return Verdict(
        color=judge_color(passages, sung, knobs) if passages or sung else {},
        types=judge_types(passages, lines, before=before, roles=roles, knobs=knobs),
        content=content_of_notes(whole[tune], tunes) if tunes and tune else {},
        said=tuple(
            dict(enumerate(proposition_shares(stanza).tolist())) if stanza else None for stanza in lines
        ),
        players={part: judge_player(whole[part], passages[0].bpm, knobs) for part in in_order(whole)},
    )


def _whole(passages: Sequence[MidiPassage]) -> dict[str, tuple[TimedNote, ...]]:
    """The parts of all sections, one after the other."""
    parts: dict[str, tuple[TimedNote, ...]] = {}
    start_ticks = 0
    for passage in passages:
        for part, notes in passage.parts.items():
            later = (TimedNote(note[0] + start_ticks, *note[1:]) for note in notes)
            parts[part] = (*parts.get(part, ()), *later)
        start_ticks += passage.length_bars * passage.bar_ticks
    return parts
