"""What is said beside a loss landscape."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from engine.debugger.landscape.data import Bend, Landscape, Spot
from engine.graph.literals import format_number

#: Under its own name, by which the texts to translate are found.
translate = QCoreApplication.translate

_DIGITS = 4


def figure(number: float) -> str:
    """A number with four significant digits."""
    return format_number(number, _DIGITS)


def spot_text(spot: Spot) -> str:
    """The true loss at a state of the run, and how far it is from the plane."""
    text = translate("landscape", "Epoch {epoch}: loss {loss}, {distance} off the plane")
    if spot.batch:
        text = translate("landscape", "Epoch {epoch}, mini-batch {batch}: loss {loss}, {distance} off the plane")
    return text.format(epoch=spot.epoch, batch=spot.batch, loss=figure(spot.loss), distance=figure(spot.distance))


def ground_text(landscape: Landscape, x: float, y: float, loss: float) -> str:
    """The loss at a point of the plane."""
    first, second = landscape.labels
    return translate("landscape", "{first} {x}, {second} {y}: loss {loss}").format(
        first=first, x=figure(x), second=second, y=figure(y), loss=figure(loss)
    )


def plane_text(landscape: Landscape) -> str:
    """What the plane is, and which rows the losses are of."""
    rows = translate("landscape", "Losses are of all {rows} training rows.")
    if landscape.rows < landscape.all_rows:
        rows = translate("landscape", "Losses are of {rows} of the {all_rows} training rows, always the same.")
    text = rows.format(rows=landscape.rows, all_rows=landscape.all_rows)
    if landscape.explained is None:
        return text
    share = translate("landscape", "The plane contains {share} % of the path's squared distances.")
    return share.format(share=figure(100 * landscape.explained)) + " " + text


def slope_text(bend: Bend) -> str:
    """Gradient and Hessian along the axes."""
    (a, b), ((aa, ab), (_, bb)) = bend.gradient, bend.hessian
    return translate(
        "landscape", "Along the axes, the gradient is ({a}, {b}) and the Hessian ({aa}, {ab}; {ab}, {bb})."
    ).format(a=figure(a), b=figure(b), aa=figure(aa), ab=figure(ab), bb=figure(bb))


def is_too_large(bend: Bend) -> bool:
    """Whether the learning rate that is used diverges."""
    return bend.is_exact and bend.learning_rate is not None and bend.learning_rate >= bend.diverging_rate


def rate_text(bend: Bend) -> str:
    """From which learning rate on steps diverge, beside the one that is used."""
    if math.isnan(bend.curvature):
        return translate(
            "landscape", "The gradient is not finite around the cursor, so nothing can be said of the learning rate."
        )
    if math.isinf(bend.diverging_rate):
        return translate(
            "landscape", "Nothing curves the loss upwards at the cursor, so no learning rate diverges by it."
        )
    head = (
        translate("landscape", "Diverges from learning rate {rate} on.")
        if bend.is_settled
        else translate("landscape", "Diverges from about {rate} on…")
    )
    text = head.format(rate=figure(bend.diverging_rate))
    if bend.learning_rate is not None:
        now = translate("landscape", "It is {rate} now.")
        if is_too_large(bend):
            now = translate("landscape", "It is {rate} now: too large.")
        text += " " + now.format(rate=figure(bend.learning_rate))
    if not bend.is_exact:
        text += " " + translate(
            "landscape", "That is so for gradient descent; {optimizer} scales its steps by itself."
        ).format(optimizer=bend.optimizer)
    return text


def curvature_text(bend: Bend) -> str:
    """Where the rate comes from."""
    if not math.isfinite(bend.curvature):
        return ""
    return translate("landscape", "The largest curvature, an eigenvalue of the whole Hessian, is {curvature}.").format(
        curvature=figure(bend.curvature)
    )
