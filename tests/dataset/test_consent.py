"""Laws of what is left out, over made-up rows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rebracket.dataset.publish.consent import Withheld, withheld

PLAYERS = {"Ada": True, "Bo": False, "Cy": None}


@st.composite
def catalogues(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of up to three songs with up to four tracks, some of which name the same files."""
    rows = []
    for song in draw(st.sets(st.sampled_from(["01_01", "01_02", "02-01"]), min_size=1)):
        for track in draw(st.sets(st.integers(1, 4), min_size=1)):
            player = draw(st.sampled_from([None, *PLAYERS]))
            shared = draw(st.booleans())
            fixed = {"song_id": song, "track": track, "player": player, "midi_shared": shared}
            for segment in range(draw(st.integers(1, 2))):
                rows.append(
                    {
                        **fixed,
                        "player_consent": PLAYERS.get(player or ""),
                        "level_dbfs": draw(st.sampled_from([None, -20.0])),
                        "audio_sha256": draw(
                            st.none() | st.sampled_from([f"{song}{segment}{i}" for i in "abc"])
                        ),
                        "midi_sha256": draw(st.none() | st.sampled_from([f"m{segment}{i}" for i in "ab"])),
                        "stem_group": draw(st.sampled_from([None, "Drums", " drums "])) if shared else None,
                    }
                )
    return rows


def left_out(rows: list[dict[str, Any]]) -> Withheld:
    dataset: Any = SimpleNamespace(column=lambda name: [row[name] for row in rows])
    return withheld(dataset)


@given(catalogues())
def test_exactly_those_without_a_yes_are_left_out_and_who_sounds_the_same(rows: list[dict[str, Any]]) -> None:
    found = left_out(rows)
    unwilling = {(r["song_id"], r["track"]) for r in rows if r["player"] in ("Bo", "Cy")}
    assert unwilling <= found.stems
    theirs = {r["audio_sha256"] for r in rows if (r["song_id"], r["track"]) in unwilling} - {None}
    for song, track in found.stems - unwilling:
        own = {r["audio_sha256"] for r in rows if (r["song_id"], r["track"]) == (song, track)}
        assert own & theirs


@given(catalogues())
def test_a_mix_goes_with_a_stem_and_a_song_with_its_last_track(rows: list[dict[str, Any]]) -> None:
    found = left_out(rows)
    assert found.mixes == {song for song, _ in found.stems}
    for song in {row["song_id"] for row in rows}:
        tracks = {(song, row["track"]) for row in rows if row["song_id"] == song}
        assert (song in found.songs) == (tracks <= found.stems)
        assert found.touches(song) == (song in found.mixes)


@given(catalogues())
def test_notes_of_theirs_are_in_no_midi_that_stays(rows: list[dict[str, Any]]) -> None:
    found = left_out(rows)
    gone = [row for row in rows if (row["song_id"], row["track"]) in found.stems]
    for row in rows:
        if not found.keeps(f"{row['song_id']}-0-9-{row['track']}", "midi"):
            continue
        for theirs in gone:
            if theirs["song_id"] == row["song_id"] and row["midi_sha256"] is not None:
                assert theirs["midi_sha256"] != row["midi_sha256"]


@given(catalogues())
def test_a_yes_never_leaves_out_more(rows: list[dict[str, Any]]) -> None:
    found = left_out(rows)
    willing = [{**row, "player_consent": True} if row["player"] == "Bo" else row for row in rows]
    more = left_out(willing)
    assert more.stems <= found.stems
    assert more.mixes <= found.mixes
    assert more.songs <= found.songs


@given(catalogues())
def test_kinds_of_media_of_a_track_go_together_but_for_midi(rows: list[dict[str, Any]]) -> None:
    found = left_out(rows)
    for row in rows:
        media_id = f"{row['song_id']}-0-9-{row['track']}"
        tiers = {found.keeps(media_id, tier) for tier in ("flac", "opus", "preview", "features")}
        assert tiers == {(row["song_id"], row["track"]) not in found.stems}
        assert found.keeps(f"{row['song_id']}-0-9-mix", "flac") == (row["song_id"] not in found.mixes)


def test_silence_is_nobodys_recording() -> None:
    row = {"song_id": "01_01", "midi_sha256": None, "midi_shared": False, "stem_group": None}
    silent = {**row, "audio_sha256": "zeros", "level_dbfs": -120.0}
    refused = {**silent, "track": 1, "player": "Bo", "player_consent": False}
    own = {**silent, "track": 2, "player": None, "player_consent": None}
    assert left_out([refused, own]).stems == {("01_01", 1)}
    heard = [{**refused, "level_dbfs": -20.0}, {**own, "level_dbfs": -20.0}]
    assert left_out(heard).stems == {("01_01", 1), ("01_01", 2)}
