"""Queues, readers and what parses files: tested with whole programs."""

from .kit import OpCases

CASES: dict[str, OpCases] = {}
TESTED_ELSEWHERE = {
    "DecodeCSV",
    "DecodeRaw",
    "ParseExample",
    "Queue",
    "QueueClose",
    "QueueDequeue",
    "QueueEnqueue",
    "QueueIsClosed",
    "QueueSize",
    "ReaderRead",
    "ReaderRecordsProduced",
}
