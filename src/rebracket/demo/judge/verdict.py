"""The referee: who a passage sounds like, from its notes or its words, whoever made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import softmax

from rebracket.demo.ceiling.parameters import known
from rebracket.demo.judge.calibration import Calibration, stored
from rebracket.demo.judge.measures import measure_habit, measure_style
from rebracket.demo.judge.passages import MidiPassage
from rebracket.demo.judge.text import theme_shares
from rebracket.demo.story import COLORS, PLAYERS, ROLES, Knobs
from rebracket.demo.story.compiled import story_of
from rebracket.demo.story.constants import constants
from rebracket.demo.story.emission import gaussian_log_likelihood, themes_log_likelihood
from rebracket.sound import TimedNote

__all__ = ["judge_color", "judge_mixture", "judge_player"]

Array = np.ndarray


def judge_color(
    passages: Sequence[MidiPassage] = (),
    lines: Sequence[str] = (),
    knobs: Knobs | None = None,
    calibration: Calibration | None = None,
) -> dict[str, float]:
    """Posterior over colors, alike beforehand, of sections of one song and lines of its text.

    The same observer as the ceiling's, with the error of measuring in place of the carriers: notes are
    weighed by their calibration, words by their themes.
    """
    logs = _log_likelihoods(passages, lines, np.eye(len(COLORS)), knobs or Knobs(), calibration)
    return dict(zip(COLORS, softmax(logs).tolist(), strict=True))


def judge_mixture(
    first: str,
    second: str,
    passages: Sequence[MidiPassage] = (),
    lines: Sequence[str] = (),
    knobs: Knobs | None = None,
    steps: int = 20,
) -> dict[float, float]:
    """Posterior over how much of the first color a song of two is, {share: probability}."""
    shares = np.linspace(0, 1, steps + 1)
    weights = np.zeros((len(shares), len(COLORS)))
    weights[:, COLORS.index(first)] += shares
    weights[:, COLORS.index(second)] += 1 - shares
    logs = _log_likelihoods(passages, lines, weights, knobs or Knobs(), None)
    return dict(zip(shares.round(6).tolist(), softmax(logs).tolist(), strict=True))


def _log_likelihoods(
    passages: Sequence[MidiPassage],
    lines: Sequence[str],
    weights: Array,
    knobs: Knobs,
    calibration: Calibration | None,
) -> Array:
    """log P of what was measured under each mixture of colors [H, C]."""
    logs = np.zeros(len(weights))
    if passages:
        logs = logs + _of_notes(passages, weights, knobs, calibration or stored()["style"])
    if lines:
        story = story_of(knobs)
        # Where a line's theme is in doubt, its parts count; exact where it is not.
        counts = theme_shares(lines).sum(axis=0)
        leanings = story.leanings(weights @ story.styles)
        logs = logs + themes_log_likelihood(counts, leanings, knobs.noise.concentration)
    return logs


def _of_notes(
    passages: Sequence[MidiPassage], weights: Array, knobs: Knobs, calibration: Calibration
) -> Array:
    parameters = known(knobs)
    measured = [calibration.invert(measure_style(p.parts, p.meter, p.bpm)) for p in passages]
    roles = [ROLES.index(passage.role) for passage in passages]
    means = (weights @ parameters.means["midi"])[:, None] + parameters.roles["midi"][roles]
    error = np.mean([one.covariance for one in measured], axis=0)
    return gaussian_log_likelihood(
        np.array([one.values for one in measured]),
        means,
        song_sd=parameters.song_sd["midi"],
        section_sd=parameters.section_sd["midi"],
        measured=error,
    )


def judge_player(
    notes: Sequence[TimedNote],
    bpm: float,
    knobs: Knobs | None = None,
    prior: Mapping[str, float] | None = None,
    calibration: Calibration | None = None,
) -> dict[str, float]:
    """Posterior over who played a stem, from its timing, dynamics and articulation."""
    measured = (calibration or stored()["habit"]).invert(measure_habit(notes, bpm))
    habits = (knobs or Knobs()).effects.player * constants().habits
    apart = measured.values - habits
    precision = np.linalg.inv(measured.covariance + np.eye(len(measured.values)))
    logs = -0.5 * np.einsum("pk,kl,pl->p", apart, precision, apart)
    if prior is not None:
        logs = logs + np.log([max(prior.get(player, 0.0), 1e-12) for player in PLAYERS])
    return dict(zip(PLAYERS, softmax(logs).tolist(), strict=True))
