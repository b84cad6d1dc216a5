"""``tf.contrib.training``: the settings of a model by name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["HParams"]

#: One setting of a text: name, an index or none, and a value or a list in brackets.
_SETTING = re.compile(
    r"\s*(?P<name>[A-Za-z]\w*)(\[(?P<index>\d+)\])?\s*=\s*(\[(?P<list>[^\]]*)\]|(?P<value>[^,\[]*))\s*(,|$)"
)


class HParams:
    """Named settings, each of one type, which can be given anew as text: ``"learning_rate=0.1,layers=[8,4]"``."""

    def __init__(self, model_structure: Any = None, **kwargs: Any) -> None:
        self._model_structure = model_structure
        self._types: dict[str, tuple[type, bool]] = {}
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name: str, value: Any) -> None:
        """Adds a setting. Raises ValueError for a name in use and for an empty list, whose type is not known."""
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        if isinstance(value, list | tuple):
            if not value:
                raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
            self._types[name] = (type(value[0]), True)
        else:
            self._types[name] = (type(value), False)
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Changes a setting; the value must be of its type. Raises KeyError and ValueError."""
        kind, is_list = self._types[name]
        if isinstance(value, list):
            if not is_list:
                raise ValueError(f"Must not pass a list for single-valued parameter: {name}")
            setattr(self, name, [_fitting(name, kind, each) for each in value])
        else:
            if is_list:
                raise ValueError(f"Must pass a list for multi-valued parameter: {name}.")
            setattr(self, name, _fitting(name, kind, value))

    def del_hparam(self, name: str) -> None:
        """Takes a setting away, if it is there."""
        if hasattr(self, name):
            delattr(self, name)
            del self._types[name]

    def parse(self, values: str) -> HParams:
        """Changes settings as a text says: ``name=value``, ``name=[a,b]`` or ``name[1]=value``, with commas between.

        Raises ValueError for what cannot be read, for names that are not there, and for values of another type.
        """
        found: dict[str, Any] = {}
        place = 0
        while place < len(values):
            match = _SETTING.match(values, place)
            if match is None:
                raise ValueError(f"Malformed hyperparameter value: {values[place:]}")
            place = match.end()
            name = match["name"]
            if name not in self._types:
                raise ValueError(f"Unknown hyperparameter type for {name}")
            kind, is_list = self._types[name]
            if match["list"] is not None:
                texts = [text.strip() for text in match["list"].split(",") if text.strip()]
                found[name] = [_read(name, kind, text) for text in texts]
            elif match["index"] is not None:
                if not is_list:
                    raise ValueError(f"Could not parse hparam '{name}': it is no list.")
                present = found.setdefault(name, list(getattr(self, name)))
                present[int(match["index"])] = _read(name, kind, match["value"])
            else:
                found[name] = _read(name, kind, match["value"])
        return self.override_from_dict(found)

    def override_from_dict(self, values_dict: Mapping[str, Any]) -> HParams:
        """Changes settings by name."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def parse_json(self, values_json: str) -> HParams:
        """Changes settings as a JSON object says."""
        return self.override_from_dict(json.loads(values_json))

    def to_json(self, indent: Any = None, separators: Any = None, sort_keys: bool = False) -> str:
        """The settings as a JSON object, without those that are functions."""
        plain = {name: value for name, value in self.values().items() if not callable(value)}
        return json.dumps(plain, indent=indent, separators=separators, sort_keys=sort_keys)

    def values(self) -> dict[str, Any]:
        """The settings by name."""
        return {name: getattr(self, name) for name in self._types}

    def get(self, key: str, default: Any = None) -> Any:
        """A setting, or ``default`` where there is none of this name; the default must be of the setting's type."""
        if key not in self._types:
            return default
        if default is not None:
            kind, is_list = self._types[key]
            if is_list != isinstance(default, list):
                words = "non-list for multi-valued" if is_list else "list for single-valued"
                raise ValueError(f"Must not pass a {words} parameter: {key}")
            for each in default if is_list else [default]:
                _fitting(key, kind, each)
        return getattr(self, key)

    def get_model_structure(self) -> Any:
        return self._model_structure

    def set_model_structure(self, model_structure: Any) -> None:
        self._model_structure = model_structure

    def __contains__(self, key: object) -> bool:
        return key in self._types

    def __str__(self) -> str:
        return str(sorted(self.values().items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"


def _read(name: str, kind: type, text: str) -> Any:
    """A value of a text. Raises ValueError where it is not of the setting's type."""
    words = text.strip()
    if kind is bool:
        if words.lower() in ("true", "false"):
            return words.lower() == "true"
        if words in ("0", "1"):
            return words == "1"
        raise ValueError(f"Could not parse hparam '{name}' of type 'bool' with value '{words}': write true or false.")
    try:
        return words if kind is type(None) else kind(words)
    except ValueError:
        raise ValueError(f"Could not parse hparam '{name}' of type '{kind.__name__}' with value '{words}'") from None


def _fitting(name: str, kind: type, value: Any) -> Any:
    """``value`` as the setting's type. Raises ValueError where that would change what it is."""
    refusal = ValueError(f"Could not cast hparam '{name}' of type '{kind.__name__}' from value {value!r}")
    if kind is type(None) or isinstance(value, kind):
        if isinstance(value, bool) and kind is not bool and kind is not type(None):
            raise refusal
        return value
    is_text = isinstance(value, str)
    if is_text != issubclass(kind, str | bytes) or issubclass(kind, bool) != isinstance(value, bool):
        raise refusal
    if issubclass(kind, int) and int(value) != value:
        raise refusal
    return kind(value)
