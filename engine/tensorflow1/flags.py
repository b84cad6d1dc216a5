"""``tf.app.flags``: values that a program takes from its command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

__all__ = [
    "DEFINE",
    "DEFINE_alias",
    "DEFINE_bool",
    "DEFINE_boolean",
    "DEFINE_enum",
    "DEFINE_float",
    "DEFINE_integer",
    "DEFINE_list",
    "DEFINE_multi_enum",
    "DEFINE_multi_float",
    "DEFINE_multi_integer",
    "DEFINE_multi_string",
    "DEFINE_spaceseplist",
    "DEFINE_string",
    "Error",
    "FLAGS",
    "Flag",
    "FlagValues",
    "IllegalFlagValueError",
    "UnparsedFlagAccessError",
    "UnrecognizedFlagError",
    "ValidationError",
    "mark_flag_as_required",
    "mark_flags_as_required",
    "register_validator",
    "validator",
]


class Error(Exception):
    """Base of the errors about flags."""


class IllegalFlagValueError(Error):
    """A value that a flag cannot take."""


class UnrecognizedFlagError(Error):
    """A word of the command line names no flag."""


class ValidationError(Error):
    """A value that the program's own check refuses."""


class UnparsedFlagAccessError(Error):
    """A flag was asked for before the command line was read."""


class Flag:
    """One flag: its name, default, present value, and how a text becomes a value."""

    def __init__(self, name: str, default: Any, help: str | None, parse: Callable[[Any], Any], kind: str) -> None:
        self.name = name
        self.help = help or "(no help available)"
        self.kind = kind
        self.parse = parse
        self.required = False
        self.present = 0
        self.validators: list[tuple[Callable[[Any], Any], str]] = []
        self.default: Any = None if default is None else self.convert(default)
        self.value: Any = self.default

    def convert(self, value: Any) -> Any:
        """The value that a text or a value stands for. Raises IllegalFlagValueError when there is none."""
        try:
            return self.parse(value)
        except (ValueError, TypeError) as error:
            raise IllegalFlagValueError(f"flag --{self.name}={value}: {error}") from None

    def take(self, text: str) -> None:
        """A value from the command line; flags that may stand several times gather them."""
        value = self.convert(text)
        self.value = [*self.value, *value] if self.kind == "multi" and self.present else value
        self.present += 1

    def __str__(self) -> str:
        return str(self.value)

    def check(self) -> None:
        if self.required and self.value is None:
            raise ValidationError(f"flag --{self.name}=None: Flag --{self.name} must have a value other than None.")
        for passes, message in self.validators:
            if not passes(self.value):
                raise ValidationError(f"flag --{self.name}={self.value}: {message}")


class FlagValues:
    """The flags as attributes. The command line is read at the first one that is asked for."""

    def __init__(self) -> None:
        self.__dict__["_flags"] = {}
        self.__dict__["_parsed"] = False

    def __call__(self, argv: Sequence[str], known_only: bool = False) -> list[str]:
        """Reads a command line; returns what is no flag of the program's, the program's name first.

        Raises UnrecognizedFlagError for what looks like a flag and is none, unless ``known_only``.
        """
        rest, words = list(argv[:1]), list(argv[1:])
        for flag in self._flags.values():
            flag.present = 0
        while words:
            word = words.pop(0)
            if word == "--":
                rest.extend(words)
                break
            found = self._find(word)
            if found is None:
                if word.startswith("-") and word != "-" and not known_only:
                    name = word.lstrip("-").partition("=")[0]
                    raise UnrecognizedFlagError(f"Unknown command line flag '{name}'. Known: {', '.join(self)}.")
                rest.append(word)
                continue
            flag, text = found
            if text is None:
                if not words:
                    raise Error(f"Missing value for flag {word}")
                text = words.pop(0)
            flag.take(text)
        self.__dict__["_parsed"] = True
        for flag in self._flags.values():
            flag.check()
        return rest

    def _find(self, word: str) -> tuple[Flag, str | None] | None:
        """The flag that a word of the command line sets, and its value if that stands in the word."""
        if not word.startswith("-") or word == "-":
            return None
        name, equals, text = word.lstrip("-").partition("=")
        flag = self._flags.get(name) or self._flags.get(name.replace("-", "_"))
        if flag is not None:
            if equals:
                return flag, text
            return flag, "true" if flag.kind == "bool" else None
        negated = self._flags.get(name.removeprefix("no"))
        if negated is not None and negated.kind == "bool" and not equals:
            return negated, "false"
        return None

    def _require_parsed(self) -> None:
        if not self._parsed:
            self(sys.argv, known_only=True)

    def __getattr__(self, name: str) -> Any:
        if name == "__flags":
            # Programs print these: before TensorFlow 1.5 as values, later as flags that have a value.
            self._require_parsed()
            return dict(self._flags)
        if name not in self._flags:
            raise AttributeError(f"There is no flag called {name!r}; define it with tf.app.flags.DEFINE_….")
        self._require_parsed()
        return self._flags[name].value

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._flags:
            raise AttributeError(f"There is no flag called {name!r}; define it with tf.app.flags.DEFINE_….")
        self._flags[name].value = value

    def __delattr__(self, name: str) -> None:
        if name not in self._flags:
            raise AttributeError(f"There is no flag called {name!r}.")
        del self._flags[name]

    def __getitem__(self, name: str) -> Flag:
        found: Flag = self._flags[name]
        return found

    def __setitem__(self, name: str, flag: Flag) -> None:
        self._flags[name] = flag
        if self._parsed:
            # A flag that is defined after the command line was read: it may stand there all the same.
            self.__dict__["_parsed"] = False

    def __contains__(self, name: object) -> bool:
        return name in self._flags

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._flags))

    def __len__(self) -> int:
        return len(self._flags)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._flags})

    def _parse_flags(self, args: Sequence[str] | None = None) -> None:
        self(sys.argv if args is None else ["", *args], known_only=True)

    def parse_flags_with_usage(self, args: Sequence[str]) -> list[str]:
        """Reads a command line; prints what is wrong with it and ends the program."""
        if any(word in ("-h", "--help", "-help", "--helpfull", "--helpshort") for word in args[1:]):
            print(self.get_help())
            sys.exit(1)
        try:
            return self(args, known_only=True)
        except Error as error:
            sys.stderr.write(
                f"FATAL Flags parsing error: {error}\nPass --helpshort or --helpfull to see help on flags.\n"
            )
            sys.exit(1)

    def is_parsed(self) -> bool:
        return bool(self._parsed)

    def mark_as_parsed(self) -> None:
        self.__dict__["_parsed"] = True

    def unparse_flags(self) -> None:
        self.__dict__["_parsed"] = False

    def flag_values_dict(self) -> dict[str, Any]:
        """The values by name."""
        self._require_parsed()
        return {name: flag.value for name, flag in self._flags.items()}

    def get_flag_value(self, name: str, default: Any) -> Any:
        """A flag's value, or ``default`` when it has none or is not defined."""
        value = getattr(self, name, None)
        return default if value is None else value

    def set_default(self, name: str, value: Any) -> None:
        flag = self[name]
        flag.default = None if value is None else flag.convert(value)
        if not flag.present:
            flag.value = flag.default

    def get_help(self, prefix: str = "", include_special_flags: bool = True) -> str:
        """What the flags are for, a line each."""
        lines = [
            f"{prefix}  --{name}: {self[name].help}\n{prefix}    (default: {self[name].default!r})" for name in self
        ]
        return "\n".join(["flags:", *lines])


#: The flags of the program.
FLAGS = FlagValues()


def _define(name: str, default: Any, help: str | None, parse: Callable[[Any], Any], kind: str, more: Any) -> Flag:
    values: FlagValues = more.pop("flag_values", FLAGS)
    more.pop("module_name", None)
    short = more.pop("short_name", None)
    required = more.pop("required", False)
    more.pop("allow_hide_cpp", None)
    more.pop("allow_override", None)
    if more:
        raise TypeError(f"unexpected keyword arguments: {', '.join(more)}")
    flag = Flag(name, default, help, parse, kind)
    flag.required = required
    for spelling in [name, short] if short else [name]:
        values[spelling] = flag
    return flag


def _whole(value: Any) -> int:
    if isinstance(value, str):
        return int(value, 16 if value.lower().startswith("0x") else 10)
    if isinstance(value, bool) or int(value) != value:
        raise TypeError(f"expect argument to be a string or int, found {type(value)}")
    return int(value)


def _truth(value: Any) -> bool:
    text = str(value).lower()
    if text in ("true", "t", "1", "yes", "y"):
        return True
    if text in ("false", "f", "0", "no", "n"):
        return False
    raise ValueError("Non-boolean argument to boolean flag")


def _bounded(parse: Callable[[Any], Any], more: dict[str, Any]) -> Callable[[Any], Any]:
    low, high = more.pop("lower_bound", None), more.pop("upper_bound", None)

    def checked(value: Any) -> Any:
        number = parse(value)
        if (low is not None and number < low) or (high is not None and number > high):
            raise ValueError(f"{number} is not in the range [{low}, {high}]")
        return number

    return checked


def _chosen(choices: Iterable[Any], case_sensitive: bool) -> Callable[[Any], Any]:
    known = {str(choice) if case_sensitive else str(choice).lower(): choice for choice in choices}

    def choose(value: Any) -> Any:
        key = str(value) if case_sensitive else str(value).lower()
        if key not in known:
            raise ValueError(f"value should be one of <{'|'.join(known)}>")
        return known[key]

    return choose


def _split(separator: str | None) -> Callable[[Any], list[str]]:
    def split(value: Any) -> list[str]:
        if isinstance(value, str):
            return [part.strip() for part in value.split(separator)] if value else []
        return [str(part) for part in value]

    return split


def _several(parse: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    return lambda value: [parse(item) for item in (value if isinstance(value, list | tuple) else [value])]


def DEFINE(parser: Any, name: str, default: Any, help: str | None, *args: Any, **more: Any) -> Flag:
    """A flag whose texts ``parser.parse`` reads."""
    more.pop("serializer", None)
    return _define(name, default, help, parser.parse, "value", more)


def DEFINE_string(name: str, default: Any, help: str | None = None, **more: Any) -> Flag:
    """A flag with a text."""
    return _define(name, default, help, str, "value", more)


def DEFINE_integer(name: str, default: Any, help: str | None = None, *bounds: Any, **more: Any) -> Flag:
    """A flag with a whole number, at least ``lower_bound`` and at most ``upper_bound``."""
    more |= dict(zip(("lower_bound", "upper_bound"), bounds, strict=False))
    return _define(name, default, help, _bounded(_whole, more), "value", more)


def DEFINE_float(name: str, default: Any, help: str | None = None, *bounds: Any, **more: Any) -> Flag:
    """A flag with a number, at least ``lower_bound`` and at most ``upper_bound``."""
    more |= dict(zip(("lower_bound", "upper_bound"), bounds, strict=False))
    return _define(name, default, help, _bounded(float, more), "value", more)


def DEFINE_boolean(name: str, default: Any, help: str | None = None, **more: Any) -> Flag:
    """A flag that is on (``--name``) or off (``--noname``); ``--name=false`` works too."""
    return _define(name, default, help, _truth, "bool", more)


DEFINE_bool = DEFINE_boolean


def DEFINE_enum(name: str, default: Any, enum_values: Sequence[str], help: str | None = None, **more: Any) -> Flag:
    """A flag with one of several texts."""
    return _define(name, default, help, _chosen(enum_values, more.pop("case_sensitive", True)), "value", more)


def DEFINE_list(name: str, default: Any, help: str | None = None, **more: Any) -> Flag:
    """A flag with texts between commas."""
    return _define(name, default, help, _split(","), "value", more)


def DEFINE_spaceseplist(name: str, default: Any, help: str | None = None, **more: Any) -> Flag:
    """A flag with texts between spaces."""
    more.pop("comma_compat", None)
    return _define(name, default, help, _split(None), "value", more)


def DEFINE_multi_string(name: str, default: Any, help: str | None = None, **more: Any) -> Flag:
    """A flag that may stand several times, each with a text."""
    return _define(name, default, help, _several(str), "multi", more)


def DEFINE_multi_integer(name: str, default: Any, help: str | None = None, **more: Any) -> Flag:
    """A flag that may stand several times, each with a whole number."""
    return _define(name, default, help, _several(_bounded(_whole, more)), "multi", more)


def DEFINE_multi_float(name: str, default: Any, help: str | None = None, **more: Any) -> Flag:
    """A flag that may stand several times, each with a number."""
    return _define(name, default, help, _several(_bounded(float, more)), "multi", more)


def DEFINE_multi_enum(
    name: str, default: Any, enum_values: Sequence[str], help: str | None = None, **more: Any
) -> Flag:
    """A flag that may stand several times, each with one of several texts."""
    return _define(name, default, help, _several(_chosen(enum_values, more.pop("case_sensitive", True))), "multi", more)


def DEFINE_alias(name: str, original_name: str, flag_values: FlagValues = FLAGS, module_name: Any = None) -> Flag:
    """Another name of a flag."""
    flag_values[name] = flag_values[original_name]
    return flag_values[name]


def mark_flag_as_required(flag_name: str, flag_values: FlagValues = FLAGS) -> None:
    """Lets the program end with a message when the flag has no value."""
    flag_values[flag_name].required = True


def mark_flags_as_required(flag_names: Iterable[str], flag_values: FlagValues = FLAGS) -> None:
    """Lets the program end with a message when one of the flags has no value."""
    for name in flag_names:
        mark_flag_as_required(name, flag_values)


def register_validator(
    flag_name: str,
    checker: Callable[[Any], Any],
    message: str = "Flag validation failed",
    flag_values: FlagValues = FLAGS,
) -> None:
    """Has a flag's value checked when the command line is read."""
    flag_values[flag_name].validators.append((checker, message))


def validator(
    flag_name: str, message: str = "Flag validation failed", flag_values: FlagValues = FLAGS
) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """A decorator for a function that checks a flag's value."""

    def decorate(checker: Callable[[Any], Any]) -> Callable[[Any], Any]:
        register_validator(flag_name, checker, message, flag_values)
        return checker

    return decorate
