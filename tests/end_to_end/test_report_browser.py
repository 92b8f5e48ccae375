"""The report as its readers meet it: opened from disk, offline, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from report_catalogue import HOSTILE, LINES, small_blocks, small_dataset, write_run

from browsing import CHROMIUM, NO_CHROMIUM, launched, opened
from rebracket.cli.report import write_report

PLAYS = "() => { const a = document.querySelector('audio'); return a.currentTime > 0.05 && !a.paused; }"
CIRCLES = "#map svg circle[data-segment]"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    dataset = small_dataset()
    ids, blocks = small_blocks(dataset)
    return write_report(dataset, [write_run(folder / "words", dataset)], blocks, ids, folder / "report.html")


@pytest.fixture(scope="module")
def silent_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("silent")
    dataset = small_dataset(sound=False)
    ids, blocks = small_blocks(dataset)
    return write_report(dataset, [], blocks, ids, folder / "report.html")


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    yield from opened(browser, report)


@pytest.fixture
def phone(browser: Browser, report: Path) -> Iterator[Page]:
    yield from opened(browser, report, 390, 800)


@pytest.fixture
def silent(browser: Browser, silent_report: Path) -> Iterator[Page]:
    yield from opened(browser, silent_report)


def dot(page: Page, segment: str) -> Locator:
    return page.locator(f'#map svg circle[data-segment="{segment}"]')


def plays(page: Page) -> None:
    page.wait_for_function(PLAYS, timeout=5000)


def test_every_segment_is_a_dot(page: Page) -> None:
    expect(page.locator(CIRCLES)).to_have_count(120)


def test_the_map_is_on_the_first_screen(page: Page) -> None:
    box = page.locator("#map svg[role=group]").bounding_box()
    assert box["y"] + box["height"] < 900
    assert box["width"] > 600


def test_hovering_shows_title_time_section_and_line(page: Page) -> None:
    dot(page, "04_02-4000-8000").hover(force=True)
    tip = page.locator("#tip")
    expect(tip).to_be_visible()
    for text in (LINES[1], "Song 04_02", "0:04–0:08", "Verse"):
        expect(tip).to_contain_text(text)
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()


def test_a_click_plays_the_segment(page: Page) -> None:
    dot(page, "04_02-4000-8000").click(force=True)
    plays(page)
    expect(page.locator("#player")).to_be_visible()
    expect(page.locator("#player-line")).to_have_text(LINES[1])
    assert page.evaluate("document.querySelector('audio').duration") == pytest.approx(4.0, abs=0.2)


def test_a_song_without_a_mix_plays_its_loudest_stem(page: Page) -> None:
    dot(page, "05_03-8000-12000").click(force=True)
    plays(page)


def test_the_five_nearest_of_a_chosen_segment_play(page: Page) -> None:
    dot(page, "04_02-4000-8000").click(force=True)
    buttons = page.locator("#nearest [data-play]")
    expect(buttons).to_have_count(5)
    for index in range(5):
        buttons.nth(index).click()
        plays(page)
        assert not buttons.nth(index).get_attribute("data-play").startswith("04_02")


def test_typical_and_astray_of_every_class_play(page: Page) -> None:
    buttons = page.locator(".exemplars [data-play]")
    expect(buttons).to_have_count(16)
    for index in (0, 15):
        buttons.nth(index).click()
        plays(page)
        expect(buttons.nth(index)).to_have_attribute("aria-pressed", "true")


def test_only_one_sound_at_a_time_and_stop_stops(page: Page) -> None:
    buttons = page.locator(".exemplars [data-play]")
    for index in (0, 1):
        buttons.nth(index).click()
        plays(page)
    expect(page.locator('.exemplars [aria-pressed="true"]')).to_have_count(1)
    expect(page.locator("audio")).to_have_count(1)
    page.locator("#stop").click()
    assert page.evaluate("document.querySelector('audio').paused")
    expect(page.locator("#player")).to_be_hidden()
    expect(page.locator('[data-play][aria-pressed="true"]')).to_have_count(0)


def test_the_player_leaves_when_the_sound_ends(page: Page) -> None:
    page.locator(".exemplars [data-play]").first.click()
    plays(page)
    page.evaluate(
        "(() => { const a = document.querySelector('audio'); a.currentTime = a.duration - 0.1; })()"
    )
    expect(page.locator("#player")).to_be_hidden(timeout=5000)


def test_the_map_answers_to_the_keyboard(page: Page) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("'segment' in document.activeElement.dataset"):
            break
    first = page.evaluate("document.activeElement.dataset.segment")
    page.keyboard.press("ArrowLeft")
    if page.evaluate("document.activeElement.dataset.segment") == first:
        page.keyboard.press("ArrowRight")
    moved = page.evaluate("document.activeElement.dataset.segment")
    assert moved not in (first, None)
    expect(page.locator("#tip")).to_be_visible()
    page.keyboard.press("Enter")
    plays(page)
    assert page.locator("#chosen-play [data-play]").get_attribute("data-play") == moved
    page.keyboard.press("Escape")
    expect(page.locator("#player")).to_be_hidden()


def test_the_legend_filters(page: Page) -> None:
    chips = page.locator("[data-class]")
    expect(chips).to_have_count(8)
    chips.nth(2).click()
    expect(page.locator(f"{CIRCLES}:not(.off)")).to_have_count(15)
    chips.nth(3).click()
    expect(page.locator(f"{CIRCLES}:not(.off)")).to_have_count(30)
    page.locator("#show-all").click()
    expect(page.locator(f"{CIRCLES}:not(.off)")).to_have_count(120)
    expect(page.locator("#show-all")).to_be_hidden()


def test_hostile_words_are_inert_and_shown(page: Page) -> None:
    dot(page, "01_01-4000-8000").click(force=True)
    assert page.locator("#chosen-line").evaluate("e => e.textContent") == HOSTILE
    assert HOSTILE in page.locator("#chosen-where").evaluate("e => e.textContent")
    dot(page, "01_01-4000-8000").hover(force=True)
    assert page.locator("#tip .line").evaluate("e => e.textContent") == HOSTILE
    assert page.locator(".verdict .next").last.evaluate("e => e.textContent") == HOSTILE


def test_injected_script_could_not_run(browser: Browser, report: Path, tmp_path: Path) -> None:
    text = report.read_text("utf-8")
    broken = tmp_path / "broken.html"
    injected = "<script>window.ran = true</script><img src='https://example.invalid/x.png'>"
    broken.write_text(text.replace('<main id="main">', f'<main id="main">{injected}', 1), "utf-8")
    page = browser.new_page()
    page.goto(broken.as_uri())
    assert page.evaluate("window.ran") is None
    page.close()


def test_without_sound_the_same_words_are_there(silent: Page) -> None:
    expect(silent.locator(CIRCLES)).to_have_count(120)
    expect(silent.locator("[data-play]")).to_have_count(0)
    dot(silent, "04_02-4000-8000").click(force=True)
    expect(silent.locator("#chosen-line")).to_have_text(LINES[1])
    expect(silent.locator("#nearest li")).to_have_count(5)
    expect(silent.locator("#player")).to_be_hidden()


def test_a_phone_needs_no_sideways_scrolling_and_shows_both_protocols(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    heads = phone.locator(".scores thead th")
    for index in (0, 1):
        box = heads.nth(index).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    dot(phone, "04_02-4000-8000").click(force=True)
    plays(phone)
