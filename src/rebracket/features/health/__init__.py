"""Whether the vectors of a frozen encoder say something of the music: figures, and a gate that holds them."""

from rebracket.features.health.codec import Codec, codec_figures
from rebracket.features.health.gate import Examined, frozen_encoders, hold_gate
from rebracket.features.health.health import FACTS, Health, Verdict, encoder_health, facts_of
from rebracket.features.health.joint import Joint, joint_figures

__all__ = [
    "FACTS",
    "Codec",
    "Examined",
    "Health",
    "Joint",
    "Verdict",
    "codec_figures",
    "encoder_health",
    "facts_of",
    "frozen_encoders",
    "hold_gate",
    "joint_figures",
]
