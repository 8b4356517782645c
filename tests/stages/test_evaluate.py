"""Evaluating: every measure of a labelled file, overall and by language."""

import json
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.plots import draw_plots
from motbild.core.classifier import Classifier
from motbild.core.judgement import judge, parse_labelled
from motbild.core.records import Classification
from motbild.core.report_table import format_report
from motbild.core.vectors import Encode
from motbild.errors import InputError
from motbild.stages.evaluate import Evaluation, evaluate
from motbild.stages.train import train
from tests.encoders import HashingEncoder
from tests.lessons import lesson_pack

ENCODER = HashingEncoder()
ROW: dict[str, Any] = {
    "id": "1", "text": "Sprid detta: de rövar bort våra båtar!", "lang": "sv",
    "narratives": ["rov"], "stance": "asserts", "threat": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """A classifier that has learned the small pack."""
    return train([lesson_pack()], ENCODER).classifier


@pytest.fixture(scope="module")
def evaluation(classifier: Classifier) -> Evaluation:
    """It is measured on its own lessons, half of them called English."""
    rows = [
        {
            "id": seed.seed_id, "text": seed.text, "lang": ("sv", "en")[n % 2],
            "narratives": list(seed.narratives), "stance": seed.stance, "threat": seed.is_threat,
        }
        for n, seed in enumerate(lesson_pack().seeds)
    ]  # fmt: skip
    posts = parse_labelled(rows, "lessons.jsonl")
    return evaluate(posts, classifier, ENCODER, resamples=100)


def test_what_was_learned_is_measured_as_right(evaluation: Evaluation) -> None:
    """On what it has seen the model is nearly always right, and the report says so."""
    overall = evaluation.report["overall"]
    assert overall["flag"]["average_precision"]["value"] > 0.95
    assert overall["narratives"]["rov"]["f1"]["value"] > 0.9
    assert overall["stance_macro_f1"]["value"] > 0.9
    assert overall["threat"]["recall"]["value"] > 0.9
    assert overall["protected_speech"]["all"]["false_flag_rate"]["value"] < 0.1
    assert overall["flag"]["support"] == 16


def test_the_report_can_be_written_and_holds_each_language(evaluation: Evaluation) -> None:
    """It is plain JSON with an interval for each value, for each language the same keys."""
    report = json.loads(json.dumps(evaluation.report))
    assert set(report["languages"]) == {"en", "sv"}
    assert report["languages"]["sv"].keys() == report["overall"].keys()
    precision = report["overall"]["flag"]["precision"]
    assert precision["low"] <= precision["value"] <= precision["high"]


def test_the_table_has_a_line_for_everything(evaluation: Evaluation) -> None:
    """Languages, narratives, stances and threats each have a line, none too long."""
    table = format_report(evaluation.report)
    for name in ("all", "sv", "en", "rov", "gift", "asserts", "asks", "Threats"):
        assert f"\n{name}" in table
    assert max(len(line) for line in table.splitlines()) < 170


def test_plots_are_drawn(evaluation: Evaluation, tmp_path: Path) -> None:
    """Three image files are written where asked."""
    pytest.importorskip("matplotlib")
    files = draw_plots(evaluation.judged, tmp_path / "plots")
    assert [path.name for path in files] == [
        "precision-recall.png", "reliability.png", "languages.png",
    ]  # fmt: skip
    assert all(path.stat().st_size > 5_000 for path in files)


def test_one_post_is_enough(classifier: Classifier) -> None:
    """A file of one post gives a report, with None for what it cannot tell."""
    posts = parse_labelled([ROW], "one.jsonl")
    report = evaluate(posts, classifier, ENCODER, resamples=10).report
    assert report["overall"]["threat"]["recall"]["value"] is None
    assert "-" in format_report(report)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": "  "}, "text is empty in line 1 of gold.jsonl"),
        ({"narratives": "rov"}, "no list of ids in line 1"),
        ({"stance": "maybe"}, "stance does not go with"),
        ({"stance": "none"}, "stance does not go with"),
        ({"threat": "no"}, "neither true nor false"),
        ({"parent": 7}, "'parent' is no text in line 1"),
        ({"parent": " "}, "'parent' is no text in line 1"),
    ],
)
def test_a_wrong_row_is_named(change: dict[str, Any], told: str) -> None:
    """The message says what is wrong in which line, and quotes no post."""
    with pytest.raises(InputError, match=told) as caught:
        parse_labelled([ROW | change], "gold.jsonl")
    assert "båtar" not in str(caught.value)


class _Noting:
    """A classifier that remembers what it was told the texts answer."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier
        self.narratives = classifier.narratives
        self.parents: list[str | None] = []

    def classify(
        self, texts: list[str], langs: list[str], encode: Encode, parents: list[str | None]
    ) -> list[Classification]:
        self.parents = parents
        return self.classifier.classify(texts, langs, encode, parents=parents)


def test_answers_are_judged_with_what_they_answer(classifier: Classifier) -> None:
    """The text of the row that is answered, or the one that is given, is read along, masked."""
    rows = [
        ROW | {"id": 1, "reply_to": 2},
        ROW | {"id": 2, "text": "Ring 08-465 004 12", "reply_to": None},
        ROW | {"id": 3, "reply_to": "elsewhere"},
        ROW | {"id": 4, "reply_to": 2, "parent": "given"},
        ROW | {"id": 5, "reply_to": 5, "parent": None},
    ]
    posts = parse_labelled(rows, "gold.jsonl")
    assert [post.parent for post in posts] == ["Ring 08-465 004 12", None, None, "given", None]
    noting = _Noting(classifier)
    judge(posts, noting, ENCODER.encode)  # type: ignore[arg-type]
    assert noting.parents == ["Ring [telefon]", None, None, "given", None]


def test_missing_keys_and_empty_files_are_refused() -> None:
    """A row without a stance, and a file without rows, are refused."""
    with pytest.raises(InputError, match="'stance' is missing in line 2"):
        parse_labelled([ROW, {key: ROW[key] for key in ROW if key != "stance"}], "gold.jsonl")
    with pytest.raises(InputError, match="holds no labelled post"):
        parse_labelled([], "gold.jsonl")


def test_an_unknown_narrative_is_refused(classifier: Classifier) -> None:
    """Labels of another pack are refused rather than counted as missed."""
    posts = parse_labelled([ROW | {"narratives": ["annat"]}], "gold.jsonl")
    with pytest.raises(InputError, match="'annat'"):
        evaluate(posts, classifier, ENCODER, resamples=10)
