"""Which type each section shows: from its marks or from what was there before, from its words, and from
what the section before it announces, joined by the story's chain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import logsumexp, ndtri

from rebracket.core.errors import InputError
from rebracket.demo.judge.calibration import WayReading, read_ways
from rebracket.demo.judge.marks import beside
from rebracket.demo.judge.moves import announced, moved_way
from rebracket.demo.judge.passages import MidiPassage
from rebracket.demo.judge.phrasing import way_shares
from rebracket.demo.story import ROLES, STATES, Knobs
from rebracket.demo.story.chain import smooth
from rebracket.demo.story.compiled import Story, story_of
from rebracket.demo.story.constants import NONE
from rebracket.demo.story.emission import push_log_likelihood

__all__ = ["NO_TYPE", "judge_types"]

Array = np.ndarray
NO_TYPE = "none"
_LEAST_SHARE = 1 / 32  # of a phrase: boundaries move in steps, so that less cannot be told from it


def judge_types(
    passages: Sequence[MidiPassage] = (),
    lines: Sequence[Sequence[str]] = (),
    *,
    before: Sequence[MidiPassage] = (),
    roles: Sequence[str] = (),
    knobs: Knobs | None = None,
    reading: WayReading | None = None,
) -> tuple[dict[str, float], ...]:
    """The posterior over the types, and ``none``, of each section of one song.

    Notes show a way, read from the marks that it leaves beside the song's other sections of the same role,
    or exactly from what moved where ``before`` has the sections as they were. Lines show theirs by how
    they speak. Every reading errs as often as it did on composed songs, and a way serves several types, so
    what remains open stays open.

    Args:
        passages: the sections of the song in order; none where only words are known.
        lines: the lines of each section, empty where nothing is sung; none where only notes are known.
        before: the same sections before their boundaries moved.
        roles: of the sections, where there are no passages; verses unless told.
        knobs: of the story that is believed.

    Raises:
        InputError: where notes, words and what was there before are not of as many sections, or a role is
            none of the story's.
    """
    counts = {len(given) for given in (passages, lines, before, roles) if given}
    if len(counts) > 1 or (before and not passages):
        raise InputError(f"found {sorted(counts)} sections, expected as many of notes, lines and before")
    count = max(counts, default=0)
    held, story = reading or read_ways(), story_of(knobs or Knobs())
    named = [passage.role for passage in passages] or list(roles) or ["verse"] * count
    if strange := [role for role in named if role not in ROLES]:
        raise InputError(f"found the role {strange[0]!r}, expected one of {', '.join(ROLES)}")
    shown, told = np.zeros((count, len(STATES))), np.zeros((count, len(STATES)))
    if passages:
        shown += _of_moves(passages, before, held, story) if before else _of_marks(passages, held, story)
        told[1:] = _announcements(passages, held, story)[:-1]
    for place, stanza in enumerate(lines):
        if stanza:
            taken = int(way_shares(stanza).argmax())
            shown[place] += _mixed(held.of_taken("words", taken)[None], story.ways["words"])[0]
    if not count:
        return ()
    found = smooth(story.chain, [ROLES.index(role) for role in named], shown, told).given_all
    return tuple(
        {state or NO_TYPE: float(share) for state, share in zip(STATES, row, strict=True)} for row in found
    )


def _mixed(logs: Array, ways: Array) -> Array:
    """log P(seen | state) [N, S] from log P(seen | way) [N, W] and P(way | state) [W, S]."""
    found: Array = logsumexp(logs[:, :, None] + np.log(np.maximum(ways, 1e-300)), axis=1)
    return found


def _of_marks(passages: Sequence[MidiPassage], reading: WayReading, story: Story) -> Array:
    marks = beside([(p.parts, p.meter) for p in passages], [p.role for p in passages])
    return _mixed(reading.of_marks(marks), story.ways["midi"])


def _of_moves(
    passages: Sequence[MidiPassage], before: Sequence[MidiPassage], reading: WayReading, story: Story
) -> Array:
    """log P(what moved, and how far | state) [N, S]."""
    knobs = story.knobs.intensity
    rows = []
    for place, (was, passage) in enumerate(zip(before, passages, strict=True)):
        way, share = moved_way(was.parts, passage.parts, passage.meter, passage.length_bars)
        logs = _mixed(reading.of_taken("before", way)[None], story.ways["midi"])[0]
        if way != NONE:
            push = float(ndtri(np.clip(share, _LEAST_SHARE, 1 - _LEAST_SHARE)))
            mean = story.push_mean(place, len(passages))
            still, moved, *_ = push_log_likelihood([(push, knobs.midi)], mean, knobs.noise)
            logs += np.where(np.arange(len(STATES)) == NONE, still, moved)
        rows.append(logs)
    return np.array(rows)


def _announcements(passages: Sequence[MidiPassage], reading: WayReading, story: Story) -> Array:
    """log P(pickup | the state that comes) of each section [N, S]."""
    heard = [announced(passage.parts, passage.meter, passage.length_bars) for passage in passages]
    logs = np.array([reading.of_taken("pickups", state) for state in heard])
    return _mixed(logs, story.announcements)
