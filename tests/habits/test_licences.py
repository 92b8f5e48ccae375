"""No core dependency binds the user to the GPL."""

from __future__ import annotations

from email.message import Message

import pytest

from habits.licences import closure, judge, licence_of

pytestmark = pytest.mark.habit


def test_every_core_dependency_may_be_used() -> None:
    packages = {name: d for name, d in closure("rebracket").items() if name != "rebracket"}
    assert {"numpy", "symusic", "typer"} <= set(packages), "the closure lost a direct dependency"
    judged = {name: (licence_of(d.metadata), judge(licence_of(d.metadata))) for name, d in packages.items()}
    wrong = [f"{name}: {licence!r} {why}" for name, (licence, why) in judged.items() if why]
    assert not wrong, "core dependencies under a licence that will not do:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-or-later",
        "GPL-2.0-only",
        "GPLv3",
        "AGPL-3.0-only",
        "MIT AND GPL-2.0-or-later",
        "GNU General Public License v3 (GPLv3)",
        "GNU Affero General Public License v3",
        "GPL-3.0-only OR AGPL-3.0-only",
        "MIT License; GNU General Public License v2 (GPLv2)",
    ],
)
def test_copyleft_is_refused(licence: str) -> None:
    assert judge(licence) == "is copyleft"


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "LGPL-2.1",
        "LGPL-3.0-or-later",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
        "MIT OR GPL-3.0-only",
        "BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1",
        "ISC License (ISCL)",
        "Public Domain",
    ],
)
def test_free_licences_are_allowed(licence: str) -> None:
    assert judge(licence) is None


@pytest.mark.parametrize("licence", [None, "", "  "])
def test_no_licence_is_refused(licence: str | None) -> None:
    assert judge(licence) == "names no licence"


def test_a_licence_nobody_knows_is_refused() -> None:
    assert judge("Proprietary, ask the author") == "is not known"


def _metadata(**fields: str) -> Message:
    message = Message()
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    return message


def test_the_expression_counts_before_classifiers_and_these_before_free_text() -> None:
    classifier = "License :: OSI Approved :: MIT License"
    text = "BSD\n\nbundled: GPL"
    everything = _metadata(License_Expression="Apache-2.0", Classifier=classifier, License=text)
    assert licence_of(everything) == "Apache-2.0"
    assert licence_of(_metadata(Classifier=classifier, License=text)) == "MIT License"
    assert licence_of(_metadata(License=text)) == "BSD"
    assert licence_of(_metadata(Classifier="License :: OSI Approved", License="MIT")) == "MIT"
    assert licence_of(_metadata()) is None
