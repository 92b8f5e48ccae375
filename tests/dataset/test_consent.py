"""Laws of what is left out, over made-up rows."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from rebracket.dataset.publish.consent import Withheld, withheld
from rebracket.dataset.schema import SONG_COLUMNS, schema_of

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
                        "audio_file_sha256": None,
                        "midi_file_sha256": None,
                        "midi_sha256": draw(st.none() | st.sampled_from([f"m{segment}{i}" for i in "ab"])),
                        "stem_group": draw(st.sampled_from([None, "Drums", " drums "])) if shared else None,
                    }
                )
    return rows


def left_out(rows: list[dict[str, Any]], songs: Sequence[dict[str, Any]] = ()) -> Withheld:
    table = pa.Table.from_pylist(list(songs), schema=schema_of(SONG_COLUMNS))
    dataset: Any = SimpleNamespace(column=lambda name: [row[name] for row in rows], songs=table)
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


ROW = {"song_id": "01_01", "stem_group": None, "audio_file_sha256": None, "midi_file_sha256": None}


@given(catalogues(), st.data())
def test_a_track_without_rows_is_left_out_as_with_them(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Silent or misaligned, it has no row; the mix holds it all the same, and others may name its files."""
    song = data.draw(st.sampled_from(sorted({row["song_id"] for row in rows})))
    told = [{"song_id": song, "without_consent": [9], "without_consent_files": ["sound", "notes"]}]
    here = [row for row in rows if row["song_id"] == song]
    here[0] |= {"audio_file_sha256": "sound"}
    here[-1] |= {"midi_file_sha256": "notes"}
    found = left_out(rows, told)
    assert {(song, 9), (song, here[0]["track"])} <= found.stems
    assert song in found.mixes
    assert not found.keeps(f"{song}-0-9-{here[-1]['track']}", "midi")
    assert left_out(rows).stems <= found.stems


def test_silence_is_nobodys_recording() -> None:
    row = {**ROW, "midi_sha256": None, "midi_shared": False}
    silent = {**row, "audio_sha256": "zeros", "level_dbfs": -120.0}
    refused = {**silent, "track": 1, "player": "Bo", "player_consent": False}
    own = {**silent, "track": 2, "player": None, "player_consent": None}
    assert left_out([refused, own]).stems == {("01_01", 1)}
    heard = [{**refused, "level_dbfs": -20.0}, {**own, "level_dbfs": -20.0}]
    assert left_out(heard).stems == {("01_01", 1), ("01_01", 2)}
