"""Input pipelines: tested with whole programs."""

from .kit import OpCases

CASES: dict[str, OpCases] = {}
TESTED_ELSEWHERE = {
    "BatchDataset",
    "CacheDataset",
    "ConcatenateDataset",
    "FilterDataset",
    "FixedLengthRecordDataset",
    "FlatMapDataset",
    "GeneratorDataset",
    "InterleaveDataset",
    "IteratorGetNext",
    "IteratorHandle",
    "MakeIterator",
    "MapDataset",
    "MatchingFiles",
    "PaddedBatchDataset",
    "PrefetchDataset",
    "RangeDataset",
    "ReadFile",
    "ReduceDataset",
    "RepeatDataset",
    "ShardDataset",
    "ShuffleDataset",
    "SkipDataset",
    "TFRecordDataset",
    "TakeDataset",
    "TensorDataset",
    "TensorSliceDataset",
    "TextLineDataset",
    "WriteFile",
    "ZipDataset",
}
