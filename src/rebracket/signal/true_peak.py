"""The peak of the sound between the samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["REACH", "true_peak"]

_TAPS = 12  # of each phase, as in the example of ITU-R BS.1770-4, annex 2
_KAISER_BETA = 4.0  # sines up to 0.45 of the rate come out within 0.1 dB
_ROW = 16  # samples of one row of the product: more save copies, and cost multiplications by 0
_BLOCK = 8  # rows that are looked at, or not, together
_WIDTH = _ROW * _BLOCK
_BLOCKS = 24  # multiplied at a time: few enough for BLAS to stay in one thread, as others may be busy
_CACHED = 256  # blocks whose samples stay in a processor's cache

REACH = _TAPS // 2
"""How many samples to each side have a part in what lies between two."""

Array = npt.NDArray[np.float32]


def true_peak(wave: Array, before: int = 0, after: int = 0) -> float:
    """The largest amplitude of float32 [T, C] at four times its rate; 0 for no samples.

    Three values are put between each sample and the next by a windowed sinc; the samples stand as they
    are, so that no true peak is below the peak. Before and after is silence, which is a jump: of a part
    of a recording give `REACH` samples more on both sides, and say so.

    Args:
        wave: full scale 1.
        before: samples at the beginning that take part and do not count.
        after: samples at the end, likewise.
    """
    n = len(wave) - before - after
    return max((_of_channel(wave[:, c], before, n) for c in range(wave.shape[1])), default=0.0)


def _of_channel(samples: Array, before: int, n: int) -> float:
    """The true peak of n samples and of the values after each of them."""
    if n <= 0:
        return 0.0
    own = np.ascontiguousarray(samples[before : before + n])
    peak = float(max(own.max(), -own.min()))
    blocks, largest = _blocks(samples, before, n)
    # What lies between samples exceeds none around it by more than the kernel's gain: often few remain.
    promising = np.flatnonzero(np.maximum(largest[:-1], largest[1:]) * _GAIN > peak)
    for place in range(0, len(promising), _BLOCKS):
        here = promising[place : place + _BLOCKS]
        between = (blocks[here].reshape(-1, _ROW + _TAPS - 1) @ _PHASES).reshape(-1)
        if here[-1] == len(blocks) - 1:
            between = between[: len(between) - 3 * (len(blocks) * _WIDTH - n)]
        peak = max(peak, float(between.max()), -float(between.min()))
    return peak


def _blocks(samples: Array, before: int, n: int) -> tuple[Array, Array]:
    """Rows of samples with what has a part in them, [N, rows, row + taps - 1]; the largest of each block."""
    n_blocks = -(-n // _WIDTH)
    around = np.zeros((n_blocks + 1) * _WIDTH, dtype=np.float32)
    first, last = max(0, before - REACH + 1), min(len(samples), before + n + REACH)
    at = first - before + REACH - 1
    around[at : at + last - first] = samples[first:last]
    rows = np.lib.stride_tricks.sliding_window_view(around, _ROW + _TAPS - 1)[::_ROW]
    wide = around.reshape(-1, _WIDTH)
    largest = [np.abs(wide[k : k + _CACHED]).max(axis=1) for k in range(0, len(wide), _CACHED)]
    return rows[: n_blocks * _BLOCK].reshape(n_blocks, _BLOCK, -1), np.concatenate(largest)


def _kernel() -> npt.NDArray[np.float64]:
    """[taps, 3]: the weights of the samples around for the values a quarter, a half and three quarters on."""
    offsets = np.arange(_TAPS)[:, None] - (_TAPS // 2 - 1) - np.array([0.25, 0.5, 0.75])
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0, 1 - (offsets / (_TAPS / 2)) ** 2)))
    kernel = np.sinc(offsets) * window
    return np.asarray(kernel / kernel.sum(axis=0))


def _phases(kernel: npt.NDArray[np.float64]) -> Array:
    """[T + taps - 1, 3 T]: from a row of samples to the three values after each of its first T."""
    table = np.zeros((_ROW + _TAPS - 1, _ROW, 3))
    for sample in range(_ROW):
        table[sample : sample + _TAPS, sample] = kernel
    return table.reshape(len(table), -1).astype(np.float32)


_GAIN = float(np.abs(_kernel()).sum(axis=0).max())
_PHASES = _phases(_kernel())
