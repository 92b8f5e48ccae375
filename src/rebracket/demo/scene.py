"""One section as its composers see it: the grid, the chords, the feel, and the chances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rebracket.demo.draws import stream
from rebracket.demo.feel import Feel, Shown
from rebracket.demo.form import Passage
from rebracket.demo.groove import STEP_TICKS, Groove
from rebracket.demo.harmony import Tonality, chords_of
from rebracket.demo.plan import SongPlan

__all__ = ["Scene", "scenes"]


@dataclass(frozen=True)
class Scene:
    """Section ``place`` of a plan. Nothing in it depends on what another section shows."""

    plan: SongPlan
    place: int

    @property
    def passage(self) -> Passage:
        return self.plan.form[self.place]

    @property
    def shown(self) -> Shown:
        return self.plan.shown[self.place] if self.plan.shown else Shown(self.plan.feel)

    @property
    def feel(self) -> Feel:
        return self.shown.feel

    @property
    def tonality(self) -> Tonality:
        return self.plan.tonality

    @cached_property
    def groove(self) -> Groove:
        return Groove.of(self.plan.meter, self.feel, self.passage.energy)

    @cached_property
    def chords(self) -> tuple[int, ...]:
        """The degree under each bar; what goes on to another loop stays open."""
        form, role = self.plan.form, self.passage.role
        is_last = self.place == len(form) - 1
        closes = is_last or role == form[self.place + 1].role or role in ("chorus", "outro")
        return chords_of(self.plan.loops[role], self.passage.bars, closes=closes)

    @property
    def next_root(self) -> int:
        """The degree that the section after begins with."""
        after = min(self.place + 1, len(self.plan.form) - 1)
        return self.plan.loops[self.plan.form[after].role][0]

    @property
    def start_ticks(self) -> int:
        return self.passage.first_bar * self.groove.steps * STEP_TICKS

    @property
    def end_ticks(self) -> int:
        return self.start_ticks + self.passage.bars * self.groove.steps * STEP_TICKS

    def bars(self) -> Iterator[tuple[int, int, int]]:
        """(bar of the song, bar of the section, degree of its chord)."""
        for inside, degree in enumerate(self.chords):
            yield self.passage.first_bar + inside, inside, degree

    def stream(self, *purpose: str | int) -> np.random.Generator:
        """Chances of this section alone."""
        return stream(self.plan.seed, self.plan.key.song_id, "scene", self.place, *purpose)

    def song_stream(self, *purpose: str | int) -> np.random.Generator:
        """Chances that all sections of the song share."""
        return stream(self.plan.seed, self.plan.key.song_id, *purpose)


def scenes(plan: SongPlan) -> tuple[Scene, ...]:
    """All sections, in order."""
    return tuple(Scene(plan, place) for place in range(len(plan.form)))
