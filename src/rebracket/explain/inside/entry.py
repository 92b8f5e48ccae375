"""Numbers that an answer can be followed back to, and what stands for their absence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rebracket.explain.inside.placing import Array, Placing
from rebracket.explain.inside.question import Question
from rebracket.models.reading import Tokens

__all__ = ["Entry"]


@dataclass(frozen=True, eq=False)
class Entry:
    """A modality of a segment, at a place inside the model where its numbers can be changed.

    Args:
        question: the segment.
        modality: which.
        values: [1, ...] the numbers there.
        baseline: [1, ...] the same without what they are of.
        tokens: [S, ...] numbers -> what the branch makes of them, of S copies of the segment's R rows.
        placing: of the numbers, summed over `axes`, to units.
        axes: of the numbers of one copy, whose sum belongs to one cell.
        tabular: whether the last axis is columns that mean something by themselves.
    """

    question: Question
    modality: str
    values: Tensor
    baseline: Tensor
    tokens: Callable[[Tensor], Tokens]
    placing: Placing
    axes: tuple[int, ...] = ()
    tabular: bool = False

    def answer(self, class_name: str) -> Callable[[Tensor], Tensor]:
        """The log-odds of a class in nats as a function of the numbers: [S, ...] -> [S]."""

        def log_odds(copies: Tensor) -> Tensor:
            return self.question.log_odds(class_name, {self.modality: self.tokens(copies)}, len(copies))

        return log_odds

    def of_units(self, numbers: Tensor) -> Array:
        """Scores of the numbers of one copy -> [U] scores of units."""
        own = numbers.detach().to(torch.float64)
        return self.placing.of_units((own.sum(dim=self.axes) if self.axes else own).numpy())
