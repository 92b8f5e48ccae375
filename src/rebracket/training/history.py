"""What is written down of each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["EpochLoss", "best_epoch", "warnings_of"]

_FAINT = 0.02
"""A gradient this much shorter than the longest, in the middle of all epochs, hardly teaches anything."""


@dataclass(frozen=True, slots=True)
class EpochLoss:
    """An epoch, counted from 1, and its losses in nats.

    Args:
        epoch: its number.
        train: mean over the steps.
        validation: of the songs held back, classes having equal say; None where no song was.
        gradients: {modality: mean length of the gradient of what is learned for it alone}; None where
            there is one modality, or nobody watched.
        alone: {modality: validation loss of the same network when it reads this modality only}; None
            likewise.
    """

    epoch: int
    train: float
    validation: float | None
    gradients: Mapping[str, float] | None = None
    alone: Mapping[str, float] | None = None


def best_epoch(history: tuple[EpochLoss, ...]) -> int:
    """The first epoch of least validation loss; without validation the last."""
    judged = [loss for loss in history if loss.validation is not None]
    if not judged:
        return history[-1].epoch
    return min(judged, key=lambda loss: (loss.validation, loss.epoch)).epoch


def warnings_of(history: tuple[EpochLoss, ...], knowing_nothing: float) -> list[str]:
    """Sentences about modalities that others leave nothing to learn (Wang et al., 2020).

    Args:
        knowing_nothing: the loss of who only knows how frequent classes are.
    """
    said = []
    watched = [loss for loss in history if loss.gradients]
    for name in sorted(watched[0].gradients or ()) if watched else ():
        shares = sorted(_share(loss.gradients or {}, name) for loss in watched)
        middle = shares[len(shares) // 2]
        if middle < _FAINT:
            said.append(
                f"{name}: its gradient is {middle:.1%} of the longest in the middle of {len(watched)} "
                "epochs; it hardly learns: try a higher learning_rates, branch_loss or modality_dropout"
            )
        alone = [loss.alone[name] for loss in watched if loss.alone and name in loss.alone]
        if alone and min(alone) >= knowing_nothing:
            said.append(
                f"{name}: read alone the network never does better than knowing nothing "
                f"({min(alone):.2f} against {knowing_nothing:.2f} nats); either it has nothing to say of "
                "this target or the others drown it"
            )
    return said


def _share(gradients: Mapping[str, float], name: str) -> float:
    longest = max(gradients.values())
    return gradients[name] / longest if longest else 1.0
