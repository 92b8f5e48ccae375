"""The second-order chain of types: what comes next depends on the last two and on the section's role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.demo.story.constants import NONE, constants
from rebracket.demo.story.knobs import Knobs

__all__ = ["Smoothed", "chain_log_likelihood", "draw_chain", "smooth", "transitions"]

Array = np.ndarray
_SECTIONS, _ROUNDS = 5, 40  # of a song; until types are equally frequent


def transitions(knobs: Knobs) -> Array:
    """P(next | before, last, role) as [roles, S, S, S]; state 0 is none. Songs begin after none, none.

    Every type is as frequent as another over whole songs, whatever follows what: else one would be the
    rule, and always naming it a good guess.
    """
    held, chain = constants(), knobs.chain
    past = chain.memory * (held.before[:, None] + held.last[None])
    weights = np.exp(past[None] + chain.roles * held.role_leaning[:, None, None])
    of_roles = held.moves.mean() + chain.roles * (held.moves - held.moves.mean())
    moves = (chain.rate * of_roles)[:, None, None, None]
    for _ in range(_ROUNDS):
        often = _occupancy(_table(moves, weights))[1:] + 1e-9  # all are 0 where nothing moves
        weights = weights * np.sqrt(often.mean() / often)
    return _table(moves, weights)


def _table(moves: Array, weights: Array) -> Array:
    types = moves * weights / weights.sum(axis=-1, keepdims=True)
    none = np.broadcast_to(1 - moves, (*types.shape[:3], 1))
    return np.concatenate([none, types], axis=-1)


def _occupancy(table: Array) -> Array:
    """How often each state occurs in a song [S], roles being equally frequent."""
    step = table.mean(axis=0)
    pairs, often = np.zeros(step.shape[:2]), np.zeros(len(step))
    pairs[NONE, NONE] = 1.0
    for _ in range(_SECTIONS):
        pairs = np.einsum("bl,blt->lt", pairs, step)
        often += pairs.sum(axis=0)
    return often


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
    """Posteriors over states [..., N, S] given everything, and given only what came before (the pickup
    that announces a state comes before it); log evidence [...]."""

    given_all: Array
    given_past: Array
    log_evidence: Array


def smooth(
    table: Array, roles: Sequence[int], log_likelihoods: Array, announced: Array | None = None
) -> Smoothed:
    """Forward and backward over pairs of states, exact (Rabiner, 1989).

    ``log_likelihoods`` are [..., N, S]: what segments show of their state; ``announced`` likewise, what
    the segments before them say of it.
    """
    announced = np.zeros_like(log_likelihoods) if announced is None else announced
    both = log_likelihoods + announced
    peaks = both.max(axis=-1, keepdims=True)
    seen = np.exp(both - peaks)
    pickups = np.exp(announced - announced.max(axis=-1, keepdims=True))
    pairs = np.zeros((*seen.shape[:-2], *table.shape[1:3]))
    pairs[..., NONE, NONE] = 1.0
    forward, past, evidence = [], [], peaks.sum(axis=(-2, -1))
    for place, role in enumerate(roles):
        ahead = np.einsum("...bl,blt->...lt", pairs, table[role])
        past.append(_shares(ahead.sum(axis=-2) * pickups[..., place, :]))
        pairs = ahead * seen[..., place, None, :]
        scale = pairs.sum(axis=(-2, -1), keepdims=True)
        pairs, evidence = pairs / scale, evidence + np.log(scale[..., 0, 0])
        forward.append(pairs)
    given_all = []
    backward = np.ones_like(pairs)
    for place in range(len(roles) - 1, -1, -1):
        given_all.append(_shares((forward[place] * backward).sum(axis=-2)))
        backward = np.einsum("blt,...lt->...bl", table[roles[place]], seen[..., place, None, :] * backward)
        backward = backward / backward.max(axis=(-2, -1), keepdims=True)
    return Smoothed(np.stack(given_all[::-1], axis=-2), np.stack(past, axis=-2), evidence)


def _shares(weights: Array) -> Array:
    return weights / weights.sum(axis=-1, keepdims=True)
