"""Queues, readers, texts and what parses files: tested with whole programs."""

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
    "AsString",
    "Bitcast",
    "DecodeBase64",
    "DecodePng",
    "EncodeBase64",
    "EncodePng",
    "ReduceJoin",
    "RegexFullMatch",
    "RegexReplace",
    "StringJoin",
    "StringLength",
    "StringLower",
    "StringSplit",
    "StringStrip",
    "StringToNumber",
    "StringUpper",
    "Substr",
    "TableFill",
    "TableLookup",
    "TableSize",
}
