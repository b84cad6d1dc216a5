"""What is said of a tensor in words and figures: in its panel, and where the pointer is on the canvas."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from engine.debugger.moment import Moment
from engine.debugger.tensors.series import Measure, Series
from engine.debugger.tensors.statistics import TensorStatistics
from engine.debugger.tensors.tensor_name import Availability, Kind, TensorName
from engine.graph.literals import format_number


class Figure(NamedTuple):
    """A figure with its name; ``is_bad`` for what should not be there."""

    name: str
    text: str
    is_bad: bool = False


def figures_of(statistics: TensorStatistics) -> list[Figure]:
    """The figures in the order in which they are read; of strings, only their number."""
    tr = QCoreApplication.translate
    numbers = [
        (tr("Tensor", "Min"), statistics.minimum),
        (tr("Tensor", "Mean"), statistics.mean),
        (tr("Tensor", "Max"), statistics.maximum),
        (tr("Tensor", "Norm"), statistics.norm),
    ]
    found = [Figure(name, format_number(number, 6)) for name, number in numbers if number is not None]
    if statistics.dtype == "string":
        return [Figure(tr("Tensor", "Strings"), str(statistics.size))]
    return [
        *found,
        Figure(tr("Tensor", "Zeros"), str(statistics.zero_count)),
        Figure(tr("Tensor", "NaN"), str(statistics.nan_count), statistics.nan_count > 0),
        Figure(tr("Tensor", "Infinite"), str(statistics.infinity_count), statistics.infinity_count > 0),
    ]


def shape_text(shape: tuple[int, ...]) -> str:
    """``[3, 2]``, or the word "scalar"."""
    return str(list(shape)) if shape else QCoreApplication.translate("Tensor", "scalar")


def availability_text(availability: Availability) -> str:
    """Why there are no numbers, as a sentence; "" where there are some."""
    tr = QCoreApplication.translate
    match availability:
        case Availability.NOT_YET:
            return tr("Tensor", "Not computed yet in this step; step on to get there.")
        case Availability.NOT_IN_STEP:
            return tr("Tensor", "The training step does not compute it; ask for it in the panel Ask.")
        case Availability.UNKNOWN:
            return tr("Tensor", "The run was begun before this node had its name or was there; run again to see it.")
        case Availability.NO_GRADIENT:
            return tr("Tensor", "Training computes no gradient of it: no variable needs it.")
        case Availability.COMPUTED:
            return ""


def kind_text(kind: Kind) -> str:
    tr = QCoreApplication.translate
    return tr("Tensor", "Gradient") if kind is Kind.GRADIENT else tr("Tensor", "Value")


def name_text(name: TensorName) -> str:
    """``W``, ``split:1``, ``gradient of W``."""
    place = f"{name.node}:{name.output}" if name.output else name.node
    if name.kind is Kind.GRADIENT:
        return QCoreApplication.translate("Tensor", "gradient of {name}").format(name=place)
    return place


def moment_text(moment: Moment) -> str:
    return QCoreApplication.translate("Tensor", "epoch {epoch}, mini-batch {batch}, operation {operation}").format(
        epoch=moment.epoch, batch=moment.batch, operation=moment.operation
    )


def measure_text(measure: Measure) -> str:
    tr = QCoreApplication.translate
    return {
        Measure.ELEMENT: tr("Tensor", "Element"),
        Measure.MEAN: tr("Tensor", "Mean"),
        Measure.NORM: tr("Tensor", "Norm"),
        Measure.MINIMUM: tr("Tensor", "Minimum"),
        Measure.MAXIMUM: tr("Tensor", "Maximum"),
        Measure.LARGEST_MAGNITUDE: tr("Tensor", "Largest magnitude"),
    }[measure]


def series_text(series: Series) -> str:
    """A series in the field's signs: ``W[0, 1]``, ``‖∇W‖``, ``mean b``, ``max |∇W|``."""
    tensor = series.tensor
    place = f"{tensor.node}:{tensor.output}" if tensor.output else tensor.node
    name = f"∇{place}" if tensor.kind is Kind.GRADIENT else place
    match series.measure:
        case Measure.ELEMENT:
            return f"{name}{list(series.element)}" if series.element else name
        case Measure.NORM:
            return f"‖{name}‖"
        case Measure.MEAN:
            return f"mean {name}"
        case Measure.MINIMUM:
            return f"min {name}"
        case Measure.MAXIMUM:
            return f"max {name}"
        case Measure.LARGEST_MAGNITUDE:
            return f"max |{name}|"


def figures_table(columns: list[tuple[str, TensorStatistics]], bad_color: str) -> str:
    """Figures as rich text: a row for each, a column for the value and one for the gradient; digits at the right."""
    shown = [(title, {figure.name: figure for figure in figures_of(each)}, each) for title, each in columns]
    names = list(dict.fromkeys(name for _, figures, _ in shown for name in figures))
    rows = ["<tr><td></td>" + "".join(_cell(f"<b>{escape(title)}</b>") for title, _, _ in shown) + "</tr>"]
    specs = (f"{shape_text(each.shape)} {each.dtype}" for _, _, each in shown)
    rows.append("<tr><td></td>" + "".join(_cell(escape(spec)) for spec in specs) + "</tr>")
    for name in names:
        cells = []
        for _, figures, _ in shown:
            figure = figures.get(name)
            text = "" if figure is None else escape(figure.text)
            is_bad = figure is not None and figure.is_bad
            cells.append(_cell(f'<b style="color:{bad_color}">{text}</b>' if is_bad else text))
        rows.append(f"<tr><td>{escape(name)}</td>{''.join(cells)}</tr>")
    return f'<table cellspacing="0" cellpadding="1">{"".join(rows)}</table>'


def _cell(text: str) -> str:
    return f'<td align="right" style="padding-left:16px">{text}</td>'
