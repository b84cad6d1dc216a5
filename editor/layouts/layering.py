"""What hangs together in a drawing, and which column each box stands in: the first steps of a layered layout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Size(NamedTuple):
    width: float
    height: float


class Link(NamedTuple):
    """A wire from box ``source`` to box ``target``, by their numbers; where it leaves and arrives, from their tops."""

    source: int
    target: int
    source_y: float
    target_y: float


def components(count: int, links: Iterable[Link]) -> list[list[int]]:
    """The boxes that hang together, the largest group first."""
    parents = list(range(count))

    def root(box: int) -> int:
        while parents[box] != box:
            parents[box] = parents[parents[box]]
            box = parents[box]
        return box

    for link in links:
        a, b = sorted((root(link.source), root(link.target)))
        parents[b] = a
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for box in range(count):
        groups[root(box)].append(box)
    return sorted(groups.values(), key=lambda group: -len(group))


def without_circles(count: int, links: Sequence[Link]) -> list[Link]:
    """The links without those that close a circle, found from the first boxes on."""
    followers: list[list[int]] = [[] for _ in range(count)]
    for link in links:
        followers[link.source].append(link.target)
    state = [0] * count  # 0: not seen, 1: on the way, 2: done
    back: set[tuple[int, int]] = set()
    has_source = {link.target for link in links}
    for start in sorted(range(count), key=lambda box: (box in has_source, box)):
        if state[start]:
            continue
        state[start] = 1
        way = [(start, iter(followers[start]))]
        while way:
            box, rest = way[-1]
            for follower in rest:
                if state[follower] == 1:
                    back.add((box, follower))
                elif state[follower] == 0:
                    state[follower] = 1
                    way.append((follower, iter(followers[follower])))
                    break
            else:
                state[box] = 2
                way.pop()
    return [link for link in links if (link.source, link.target) not in back]


def layers(count: int, links: Sequence[Link]) -> list[int]:
    """The column of each box: its longest path from the left; what nothing flows into, right before its reader."""
    followers: list[list[int]] = [[] for _ in range(count)]
    missing = [0] * count
    for link in links:
        followers[link.source].append(link.target)
        missing[link.target] += 1
    is_first = [number == 0 for number in missing]
    layers = [0] * count
    ready = [box for box in range(count) if is_first[box]]
    for box in ready:
        for follower in followers[box]:
            layers[follower] = max(layers[follower], layers[box] + 1)
            missing[follower] -= 1
            if missing[follower] == 0:
                ready.append(follower)
    for box in range(count):
        if is_first[box] and followers[box]:
            layers[box] = min(layers[follower] for follower in followers[box]) - 1
    first = min(layers)
    return [layer - first for layer in layers]
