"""Summaries give bytes, not numbers: tests/engine/test_summaries.py compares them with TensorFlow's."""

from .kit import OpCases

CASES: dict[str, OpCases] = {}
TESTED_ELSEWHERE = {
    "ScalarSummary",
    "HistogramSummary",
    "ImageSummary",
    "AudioSummary",
    "TensorSummaryV2",
    "MergeSummary",
}
