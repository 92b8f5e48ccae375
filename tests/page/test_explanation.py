"""Explanations are one inert file: each sound lies there once, each picture has both its captions."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from explanation_example import page, tone
from test_render import HOSTILE, Markup

from rebracket.core.errors import InputError
from rebracket.page import ExplanationPage, Player, SongPage, render_explanation, write_explanation
from rebracket.page.document import digest
from rebracket.page.explanation import BLOCK_TEMPLATES
from rebracket.page.figure_colors import AGAINST, TOWARD

pytest.importorskip("plotly", reason="needs plotly: the extra 'explain'")


def structure(text: str) -> list[tuple[str, list[str]]]:
    return [(tag, sorted(attributes)) for tag, attributes in Markup(text).tags]


@pytest.fixture(scope="module")
def plain() -> str:
    return render_explanation(page())


@pytest.fixture(scope="module")
def hostile() -> str:
    return render_explanation(page(HOSTILE))


def test_the_same_page_gives_the_same_text(plain: str) -> None:
    assert render_explanation(page()) == plain


def test_no_word_becomes_markup(plain: str, hostile: str) -> None:
    assert structure(hostile) == structure(plain)
    shown = Markup(hostile)
    assert any(HOSTILE in text for text in shown.texts)
    assert "{{ 7 * 7 }}" in hostile
    assert not [a for _, attributes in shown.tags for a in attributes if a.startswith("on")]


def test_every_kind_of_block_is_in_the_example(plain: str) -> None:
    made = page()
    kinds = {type(block) for blocks in (made.model, made.songs[0].blocks) for block in blocks}
    assert kinds == set(BLOCK_TEMPLATES)
    assert len([a for a in Markup(plain).of("figure") if a.get("data-kind") == "figure"]) == 7 + 3


def test_the_policy_lets_nothing_out_and_only_our_scripts_run(plain: str) -> None:
    markup = Markup(plain)
    (policy,) = [m["content"] for m in markup.of("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert not {"connect-src", "font-src", "frame-src", "object-src", "worker-src"} & set(rules)
    assert (rules["media-src"], rules["img-src"]) == ("data:", "data:")
    scripts = re.findall(r"<script>(.*?)</script>", plain, re.DOTALL)
    assert len(scripts) == 4
    assert rules["script-src"].split() == [f"'{digest(script)}'" for script in scripts]
    assert "unsafe" not in rules["script-src"]


def test_nothing_points_out_of_the_page(plain: str) -> None:
    pointing = {"href", "src", "action", "data", "poster", "srcset"}
    targets = [v for _, a in Markup(plain).tags for k, v in a.items() if k in pointing]
    assert targets
    assert all(target.startswith(("#", "data:")) for target in targets)


def test_each_sound_is_stored_once(plain: str) -> None:
    for pitch_hz in (220, 330, 440):
        assert plain.count(base64.b64encode(tone(pitch_hz)).decode()) == 1
    markup = Markup(plain)
    kinds, moments = markup.block("sound-kinds"), markup.block("sound-of-moment")
    stored = {a["data-sounds"]: json.loads(text) for a, text in markup.blocks if "data-sounds" in a}
    assert len(kinds) == 3
    assert base64.b64decode(stored[kinds[moments["m1"]][0]][moments["m1"]]) == tone(220)
    assert {kinds[a["data-sound"]][1] for a in markup.of("button") if "data-sound" in a} == {"audio/wav"}


def test_every_picture_says_what_it_is_and_is_not_evidence_of(plain: str) -> None:
    pictures = re.findall(r"<figure.*?</figure>", plain, re.DOTALL)
    assert len(pictures) == 7 + 3 * 6
    for picture in pictures:
        assert re.search(r"Evidence of:</b> <span class=\"user\">plain", picture)
        assert re.search(r"Not evidence of:</b> <span class=\"user\">plain", picture)


def test_weights_can_be_read_without_color(plain: str) -> None:
    words = re.search(r'data-kind="words".*?</figure>', plain, re.DOTALL)[0]
    assert 'data-hint="+1.500 plain"' in words
    assert re.search(r'class="word user w5"[^>]*>plain<', words)
    assert re.search(r'class="word user w-2"[^>]*>river<', words)
    assert re.search(r'class="word user w0"[^>]*>stone<', words)
    assert "+1.50" in words
    assert "-0.75" in words


def test_script_and_style_mean_the_same_two_colors(plain: str) -> None:
    for name, color in (("toward", TOWARD), ("against", AGAINST)):
        parts = [str(int(color[start : start + 2], 16)) for start in (1, 3, 5)]
        assert f"--{name}: {' '.join(parts)};" in plain
        assert f"['\"{color}\"', " in plain
        assert f'["rgba({",".join(parts)},", ' in plain


def test_songs_are_linked_by_their_ids() -> None:
    songs = tuple(SongPage(id_, "t", ()) for id_ in ("01_02", "né & <b>"))
    markup = Markup(render_explanation(ExplanationPage("t", "f", "n", (), songs)))
    links = [(a["href"], a["data-page"]) for a in markup.of("a") if "data-page" in a]
    assert links == [
        ("#model", "model"),
        ("#song-01_02", "song-01_02"),
        ("#song-n%C3%A9%20%26%20%3Cb%3E", "song-né & <b>"),
    ]
    assert [a["data-view"] for a in markup.of("article")] == [page for _, page in links]


def test_a_player_without_a_caption_has_none() -> None:
    player = Player("mix", "t", (("mix", "audio/wav", tone(220)),))
    text = render_explanation(ExplanationPage("t", "f", "n", (player,)))
    assert text.count("<figcaption") == 0


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path, plain: str) -> None:
    path = write_explanation(page(), tmp_path / "deep" / "explanation.html")
    assert path.read_text("utf-8") == plain
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(InputError, match="expected a place"):
        write_explanation(page(), path / "below" / "a.html")
