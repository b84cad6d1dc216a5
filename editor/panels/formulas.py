"""LaTeX formulas as plain text, where they are simple enough for that."""

from __future__ import annotations

import re

_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η",
    "theta": "θ", "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "Delta": "Δ", "Sigma": "Σ", "sum": "Σ", "prod": "Π", "partial": "∂", "nabla": "∇", "infty": "∞",
    "cdot": "·", "times": "×", "odot": "⊙", "otimes": "⊗", "oplus": "⊕", "div": "÷", "pm": "±", "circ": "∘",
    "leftarrow": "←", "rightarrow": "→", "to": "→", "mapsto": "↦", "Rightarrow": "⇒",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "sim": "∼",
    "equiv": "≡", "in": "∈", "land": "∧", "lor": "∨", "lnot": "¬", "neg": "¬", "top": "⊤", "mid": "|",
    "dots": "…", "ldots": "…", "cdots": "…", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|", "prime": "′", "quad": " ", "qquad": " ",
}  # fmt: skip
_WORDS = ("max", "min", "exp", "log", "ln", "sin", "cos", "tan", "tanh", "arg", "argmax", "argmin", "mean", "det")
_SUPERSCRIPTS = dict(zip("0123456789+-=()−ainTxykjmt⊤′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻ᵃⁱⁿᵀˣʸᵏʲᵐᵗᵀ′", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+-=()−aeoxhklmnpstijruv,", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ,", strict=True))
_LONGEST = 60
_TOKEN = re.compile(r"\\([A-Za-z]+|.)|\s+|.", re.DOTALL)


class _TooHardError(Exception):
    """Needs a real typesetter."""


def plain_formula(latex: str) -> str | None:
    """``latex`` in Unicode characters on one line, or None when that would not be readable."""
    try:
        text = _Reader(latex).read()
    except _TooHardError:
        return None
    return text if 0 < len(text) <= _LONGEST else None


class _Reader:
    """Reads LaTeX from left to right, one group at a time."""

    def __init__(self, latex: str) -> None:
        self._tokens = [match.group() for match in _TOKEN.finditer(latex)]
        self._next = 0

    def read(self, closing: str | None = None) -> str:
        parts: list[str] = []
        while self._next < len(self._tokens):
            token = self._take()
            if token == closing:
                return _tidy("".join(parts))
            parts.append(self._render(token))
        if closing is not None:
            raise _TooHardError
        return _tidy("".join(parts))

    def _take(self) -> str:
        if self._next >= len(self._tokens):
            raise _TooHardError
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _group(self) -> str:
        """What the next braces hold, or the next token."""
        token = self._take()
        while token.isspace():
            token = self._take()
        return self.read("}") if token == "{" else self._render(token).strip()

    def _raw_group(self) -> str:
        if self._take() != "{":
            raise _TooHardError
        parts: list[str] = []
        while (token := self._take()) != "}":
            if token == "{" or token.startswith("\\"):
                raise _TooHardError
            parts.append(token)
        return "".join(parts)

    def _render(self, token: str) -> str:
        if token == "{":
            return self.read("}")
        if token in "^_":
            return _raised(self._group(), _SUPERSCRIPTS if token == "^" else _SUBSCRIPTS)
        if token in ("}", "&"):
            raise _TooHardError
        if token.isspace():
            return " "
        if token in "+=<>":
            return f" {token} "
        if token == "-":
            return "−"
        if not token.startswith("\\"):
            return token
        return self._command(token[1:])

    def _command(self, name: str) -> str:
        if name in _SYMBOLS:
            symbol = _SYMBOLS[name]
            return symbol if symbol.isalpha() or symbol in "·∂∇∞…‖|⌊⌋⌈⌉⊤′¬" else f" {symbol} "
        if name in _WORDS:
            return f" {name} "
        if name in ("text", "mathrm", "operatorname", "mathit", "textrm"):
            return self._raw_group()
        if name in ("mathcal", "mathbb", "mathbf", "boldsymbol"):
            return self._group()
        if name in ("frac", "tfrac", "dfrac"):
            return f" {_enclosed(self._group())} / {_enclosed(self._group())} "
        if name == "sqrt":
            inner = self._group()
            return f"√{inner}" if len(inner) == 1 else f"√({inner})"
        if name == "hat":
            return f"{self._group()}\u0302"
        if name == "bar":
            return f"{self._group()}\u0304"
        if name in ("left", "right", "!", "big", "Big", "bigl", "bigr"):
            return ""
        if name in (",", ";", ":", " "):
            return " "
        if name in "{}|_%":
            return "‖" if name == "|" else name
        raise _TooHardError


def _raised(text: str, characters: dict[str, str]) -> str:
    bare = text.replace(" ", "")
    if any(character not in characters for character in bare):
        raise _TooHardError
    return "".join(characters[character] for character in bare)


def _enclosed(text: str) -> str:
    """With parentheses where an operator would be read with its neighbours."""
    return f"({text})" if any(mark in text for mark in " +−=/") and not text.startswith("∂") else text


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"([(\[⌊⌈∂¬]) ", r"\1", text)
    # A minus between two things has air around it, a sign has none.
    text = re.sub(r"(?<=[^\s(\[=+−·×/←→,]) ?− ?", " − ", text)
    # No space before a bracket or comma that closes; "max (x, 0)" as "max(x, 0)".
    return re.sub(r" ([)\],⌋⌉])", r"\1", re.sub(r"\b(max|min|exp|log|ln|mean) \(", r"\1(", text))
