"""Whether an explanation is true of the model, and on known truth, true."""

from rebracket.explain.fidelity.agreement import Agreement, agreement, rank_correlation
from rebracket.explain.fidelity.carriers import CarriersFound, Found, carriers_by_song, carriers_found
from rebracket.explain.fidelity.curves import Curve, curve_of
from rebracket.explain.fidelity.fidelity import Fidelity, fidelity_of, figures

__all__ = [
    "Agreement",
    "CarriersFound",
    "Curve",
    "Fidelity",
    "Found",
    "agreement",
    "carriers_by_song",
    "carriers_found",
    "curve_of",
    "fidelity_of",
    "figures",
    "rank_correlation",
]
