"""The second-order chain of types: what comes next depends on the last two and on the section's role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.demo.story.constants import NONE, constants
from rebracket.demo.story.knobs import Knobs

__all__ = ["Smoothed", "chain_log_likelihood", "draw_chain", "smooth", "transitions"]

Array = np.ndarray


def transitions(knobs: Knobs) -> Array:
    """P(next | before, last, role) as [roles, S, S, S]; state 0 is none. Songs begin after none, none."""
    held = constants()
    leaning = held.before[None, :, None] + held.last[None, None] + held.role_leaning[:, None, None]
    weights = np.exp(knobs.chain.memory * leaning)
    moves = (knobs.chain.rate * held.moves)[:, None, None, None]
    types = moves * weights / weights.sum(axis=-1, keepdims=True)
    none = np.broadcast_to(1 - moves, (*types.shape[:3], 1))
    return np.concatenate([none, types], axis=-1)


def draw_chain(table: Array, roles: Sequence[int], chances: Array) -> list[int]:
    """States of segments with these roles, one chance in [0, 1) each."""
    states, before, last = [], NONE, NONE
    for role, chance in zip(roles, chances, strict=False):
        cumulated = np.cumsum(table[role, before, last])
        before, last = last, min(int(np.searchsorted(cumulated, chance, side="right")), len(cumulated) - 1)
        states.append(last)
    return states


def chain_log_likelihood(table: Array, roles: Sequence[int], states: Sequence[int]) -> Array:
    """log P of each state given those before it, [N]."""
    pasts = zip([NONE, NONE, *states], [NONE, *states], roles, states, strict=False)
    return np.log([table[role, before, last, state] for before, last, role, state in pasts])


@dataclass(frozen=True, slots=True)
class Smoothed:
    """Posteriors over states [N, S] given everything, and given only what came before; log evidence."""

    given_all: Array
    given_past: Array
    log_evidence: float


def smooth(table: Array, roles: Sequence[int], log_likelihoods: Array) -> Smoothed:
    """Forward and backward over pairs of states, exact; ``log_likelihoods`` are [N, S] (Rabiner, 1989)."""
    peaks = log_likelihoods.max(axis=1)
    seen = np.exp(log_likelihoods - peaks[:, None])
    pairs = np.zeros(table.shape[1:3])
    pairs[NONE, NONE] = 1.0
    forward, past, scales = [], [], []
    for role, likelihood in zip(roles, seen, strict=True):
        ahead = np.einsum("bl,blt->lt", pairs, table[role])
        past.append(ahead.sum(axis=0))
        pairs = ahead * likelihood
        scales.append(pairs.sum())
        pairs = pairs / scales[-1]
        forward.append(pairs)
    backward = np.ones_like(pairs)
    given_all = []
    for place in range(len(roles) - 1, -1, -1):
        joint = forward[place] * backward
        given_all.append(joint.sum(axis=0) / joint.sum())
        backward = np.einsum("blt,lt->bl", table[roles[place]], seen[place] * backward)
        backward = backward / backward.max()
    evidence = float(np.log(scales).sum() + peaks.sum())
    return Smoothed(np.array(given_all[::-1]), np.array(past), evidence)
