"""Two people of our own making who listened to some of the songs, and how often each was mistaken."""

from __future__ import annotations

from rebracket.core import Annotation, Rebracketing, Song
from rebracket.demo.draws import stream
from rebracket.demo.plan import SIZES, SongPlan
from rebracket.demo.styles import taxonomy

__all__ = ["ANNOTATORS", "MISTAKEN", "annotations_of_demo"]

ANNOTATORS = ("Listener One", "Listener Two")
MISTAKEN = 0.2  # of the sections each names a type at random, the right one among them
_BLUR = 0.08  # deviation of what they give as intensity
_EVERY = 4  # of how many songs one is annotated


def annotations_of_demo(plan: SongPlan, song: Song) -> tuple[tuple[Annotation, ...], ...]:
    """What each of the two said of a song's sections, one annotation a section; empty for most songs.

    Sung sections have the type that the song's concept was written for, the others none.
    """
    if not SIZES[plan.key.size].band or plan.key.index % _EVERY:
        return ()
    return tuple(_said_by(plan, song, who) for who in ANNOTATORS)


def _said_by(plan: SongPlan, song: Song, who: str) -> tuple[Annotation, ...]:
    rng = stream(plan.seed, plan.key.song_id, who)
    choices = (None, *taxonomy().types)
    said = []
    for passage, section in zip(plan.form, song.sections, strict=True):
        truth = plan.texts.intended_type if passage.sung else None
        type_ = choices[int(rng.integers(len(choices)))] if rng.random() < MISTAKEN else truth
        blurred = 0.6 + 0.2 * (passage.role == "chorus") + float(rng.normal(0, _BLUR))
        intensity = round(min(1.0, max(0.0, blurred)), 2) if type_ else 0.0
        types = () if type_ is None else (type_,)
        said.append(Annotation(section.span, Rebracketing(types, intensity, annotator=who)))
    return tuple(said)
