"""What the benchmarks say of numbers they are given."""

import json

import pytest

from benchmarks.ratios import ratios
from benchmarks.report import BEGIN, END, MissingMarksError, as_json, markdown, number, put_table
from benchmarks.runner import Measurement
from benchmarks.workload import FASTEST_PEER, NUMPY, Contender, Goal, Role, Workload


def contender(name, role):
    return Contender(name, "numpy", lambda: lambda: 0.0, role)


WORKLOAD = Workload(
    "Z",
    "a workload",
    (
        contender("engine", Role.OURS),
        contender(NUMPY, Role.LIMIT),
        contender("slow", Role.PEER),
        contender("quick", Role.PEER),
        contender("else", Role.OTHER),
    ),
    (Goal(NUMPY, 1.5), Goal("slow", 0.2), Goal(FASTEST_PEER, 1)),
)
MEASUREMENT = Measurement(
    WORKLOAD,
    {
        "engine": [2.0, 4.0, 6.0, 2.0, 2.0],
        NUMPY: [2.0, 2.0, 2.0, 1.0, 4.0],
        "slow": [8.0, 8.0, 8.0, 8.0, 8.0],
        "quick": [4.0, 4.0, 4.0, 4.0, 4.0],
        "else": [0.5, 0.5, 0.5, 0.5, 0.5],
    },
    {"away": "away is not installed."},
)


def by_name():
    return {ratio.other: ratio for ratio in ratios(MEASUREMENT)}


def test_ratios_are_taken_within_a_round():
    ratio = by_name()[NUMPY]
    assert (ratio.lower_quartile, ratio.median, ratio.upper_quartile) == (1.0, 2.0, 2.0)


def test_one_round_is_its_own_quartiles():
    single = Measurement(WORKLOAD, {"engine": [3.0], NUMPY: [2.0]})
    (ratio,) = ratios(single)
    assert (ratio.lower_quartile, ratio.median, ratio.upper_quartile) == (1.5, 1.5, 1.5)


def test_goals_are_met_or_not():
    found = by_name()
    assert found[NUMPY].is_met is False
    assert found["slow"].median == 0.25 and found["slow"].is_met is False
    assert found["quick"].is_met is None
    assert found["else"].is_met is None


def test_the_fastest_peer_is_a_peer_and_named():
    ratio = by_name()[f"{FASTEST_PEER} (quick)"]
    assert ratio.median == 0.5 and ratio.is_met


def test_without_peers_there_is_no_fastest():
    alone = Measurement(WORKLOAD, {"engine": [1.0, 1.0], NUMPY: [1.0, 1.0]})
    assert [ratio.other for ratio in ratios(alone)] == [NUMPY]


def test_the_table_has_ratios_goals_and_who_is_missing():
    assert markdown([MEASUREMENT]).splitlines() == [
        "| workload | | over | median (quartiles) | goal | |",
        "| --- | --- | --- | --- | --- | --- |",
        "| **Z** a workload | engine | hand-tuned numpy | 2 (1–2) | ≤ 1.5 | **not met** |",
        "|  |  | slow | 0.25 (0.25–0.5) | ≤ 0.2 | **not met** |",
        "|  |  | quick | 0.5 (0.5–1) |  |  |",
        "|  |  | else | 4 (4–8) |  |  |",
        "|  |  | the fastest peer (quick) | 0.5 (0.5–1) | ≤ 1 | met |",
        "",
        "- Z: away is not there. away is not installed.",
    ]


def test_json_has_the_times_too():
    (workload,) = json.loads(as_json([MEASUREMENT], "Here."))["workloads"]
    assert workload["unit"] == "s"
    assert workload["taken"]["quick"] == [4.0] * 5
    assert workload["ratios"][0] == {
        "ours": "engine",
        "other": NUMPY,
        "lower_quartile": 1.0,
        "median": 2.0,
        "upper_quartile": 2.0,
        "at_most": 1.5,
        "is_met": False,
    }


@pytest.mark.parametrize(("value", "text"), [(0.01234, "0.0123"), (1.349, "1.35"), (12.34, "12.3"), (1234.5, "1234")])
def test_numbers_have_three_digits(value, text):
    assert number(value) == text


def test_the_table_goes_between_the_marks(tmp_path):
    file = tmp_path / "README.md"
    file.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    put_table(file, "new\n")
    put_table(file, "newer\n")
    assert file.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnewer\n\n{END}\nafter\n"


def test_a_new_file_has_marks_so_that_it_can_be_written_again(tmp_path):
    put_table(tmp_path / "table.md", "new\n")
    put_table(tmp_path / "table.md", "newer\n")
    assert (tmp_path / "table.md").read_text(encoding="utf-8") == f"{BEGIN}\n\nnewer\n\n{END}\n"


def test_a_file_without_marks_is_left_alone(tmp_path):
    file = tmp_path / "README.md"
    file.write_text("text", encoding="utf-8")
    with pytest.raises(MissingMarksError, match="the table begins"):
        put_table(file, "new\n")
    assert file.read_text(encoding="utf-8") == "text"
