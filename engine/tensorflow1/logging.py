"""``tf.logging``: messages through Python's logging, under the name ``tensorflow``."""

from __future__ import annotations

import logging as _logging
from typing import Any

__all__ = [
    "DEBUG",
    "ERROR",
    "FATAL",
    "INFO",
    "WARN",
    "TaskLevelStatusMessage",
    "debug",
    "error",
    "fatal",
    "flush",
    "get_verbosity",
    "info",
    "log",
    "log_every_n",
    "log_first_n",
    "log_if",
    "set_verbosity",
    "vlog",
    "warn",
    "warning",
]

DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50

_logger = _logging.getLogger("tensorflow")
_counts: dict[str, int] = {}


def _prepare() -> _logging.Logger:
    """The logger; messages go to the standard error unless the program has handlers of its own."""
    if not _logger.handlers and not _logging.getLogger().handlers:
        handler = _logging.StreamHandler()
        handler.setFormatter(_logging.Formatter(_logging.BASIC_FORMAT))
        _logger.addHandler(handler)
        if _logger.level == _logging.NOTSET:
            _logger.setLevel(WARN)
    return _logger


def set_verbosity(v: int | str) -> None:
    """Shows messages of this level and above: DEBUG, INFO, WARN, ERROR or FATAL."""
    _prepare().setLevel(v)


def get_verbosity() -> int:
    """The level from which on messages are shown."""
    return _prepare().getEffectiveLevel()


def log(level: int, msg: Any, *args: Any, **kwargs: Any) -> None:
    """A message of a level; ``args`` are put into ``msg`` as ``%`` does."""
    _prepare().log(level, msg, *args, **kwargs)


def vlog(level: int, msg: Any, *args: Any, **kwargs: Any) -> None:
    log(level, msg, *args, **kwargs)


def debug(msg: Any, *args: Any, **kwargs: Any) -> None:
    log(DEBUG, msg, *args, **kwargs)


def info(msg: Any, *args: Any, **kwargs: Any) -> None:
    log(INFO, msg, *args, **kwargs)


def warning(msg: Any, *args: Any, **kwargs: Any) -> None:
    log(WARN, msg, *args, **kwargs)


warn = warning


def error(msg: Any, *args: Any, **kwargs: Any) -> None:
    log(ERROR, msg, *args, **kwargs)


def fatal(msg: Any, *args: Any, **kwargs: Any) -> None:
    log(FATAL, msg, *args, **kwargs)


def TaskLevelStatusMessage(msg: Any) -> None:
    error(msg)


def _count(msg: Any) -> int:
    key = str(msg)
    _counts[key] = _counts.get(key, -1) + 1
    return _counts[key]


def log_if(level: int, msg: Any, condition: Any, *args: Any) -> None:
    """The message when the condition holds."""
    if condition:
        log(level, msg, *args)


def log_every_n(level: int, msg: Any, n: int, *args: Any) -> None:
    """The message at the first and every ``n``-th call with it."""
    log_if(level, msg, _count(msg) % n == 0, *args)


def log_first_n(level: int, msg: Any, n: int, *args: Any) -> None:
    """The message at the first ``n`` calls with it."""
    log_if(level, msg, _count(msg) < n, *args)


def flush() -> None:
    """Nothing is held back, so there is nothing to do."""
    for handler in _logger.handlers:
        handler.flush()
