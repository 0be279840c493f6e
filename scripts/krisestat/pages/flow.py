"""Where figures stand on paper. A figure that had no room where it is told of begins the next page, and lets the text
after it go before it, rather than leave the page empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# The most of a page that may be left empty above a figure, as a part of its text, and how often the text is laid out.
_EMPTY, _PASSES = 0.25, 4
_HEADINGS = ("h2", "h3", "h4")


@dataclass
class _Block:
    """A block of the text and its section; where it begins and how long it is, in px of pages put end to end."""

    parent: Any
    element: Any
    start: float
    height: float


def place_figures(root: Any, lay_out: Callable[[], Sequence[Any]]) -> None:
    """Move figures of a document until none leaves more of a page empty than must be. They keep their order, and none
    comes between a heading and its text.

    Parameters: `root`, the document as WeasyPrint holds it; `lay_out`, which returns its pages.
    """
    main = root.find(".//main")
    parts = [] if main is None else list(main)
    told = [number for number, part in enumerate(parts) if part.find(".//figure/img") is not None]
    if not told:
        return
    # What comes after the part of the last figure begins a page, and takes the longest.
    rest = parts[told[-1] + 1 :]
    for part in rest:
        main.remove(part)
    for _ in range(_PASSES):
        pages = [page._page_box for page in lay_out()]
        if not _moved(_laid_out(main, pages), pages[-1].height):
            break
    main.extend(rest)


def _laid_out(main: Any, pages: Sequence[Any]) -> list[_Block]:
    """The blocks of the text where they stand."""
    wanted = {block: parent for parent in main.iter("section") for block in parent}
    found: dict[Any, _Block] = {}
    last: dict[Any, int] = {}
    for number, page in enumerate(pages):
        for box in _boxes(page):
            block = box.element
            if block not in wanted or box.element_tag != block.tag or last.get(block) == number:
                continue
            last[block] = number
            start = number * page.height + box.position_y - page.content_box_y()
            found.setdefault(block, _Block(wanted[block], block, start, 0.0)).height += box.margin_height()
    blocks = [found[block] for block in wanted if block in found]
    for one, following in pairwise(blocks):
        if last[one.element] == one.start // pages[-1].height == following.start // pages[-1].height:
            one.height = following.start - one.start  # margins between them are one
    return blocks


def _moved(blocks: list[_Block], full: float) -> bool:
    """Whether figures were moved: each that leaves too much empty, and that text can go before. Where what stands
    behind one that was moved comes to stand is reckoned. Parameters: `full`, the height of a page's text."""
    moved = False
    for n in range(1, len(blocks)):
        end, figure = blocks[n - 1].start + blocks[n - 1].height, blocks[n]
        if figure.element.tag != "figure" or figure.start - end <= _EMPTY * full:
            continue
        room, goal = full - end % full, 0
        for count, block in enumerate(blocks[n + 1 :], 1):
            room -= block.height
            if room < 0 or block.element.tag == "figure":
                break
            goal = goal if block.element.tag in _HEADINGS else count
        if goal:
            behind = blocks[n + goal]
            figure.parent.remove(figure.element)
            behind.parent.insert(list(behind.parent).index(behind.element) + 1, figure.element)
            figure.parent = behind.parent
            blocks[n : n + goal + 1] = [*blocks[n + 1 : n + goal + 1], figure]
            _follow(blocks, n, end, full)
            moved = True
    return moved


def _follow(blocks: Sequence[_Block], first: int, at: float, full: float) -> None:
    """Reckon where blocks come to stand from one on. Parameters: `at`, where it begins."""
    for n, block in enumerate(blocks[first:], first):
        whole = block.height
        if block.element.tag in _HEADINGS and n + 1 < len(blocks):
            following = blocks[n + 1]
            whole += following.height if following.element.tag == "figure" else min(following.height, full / 20)
        if block.element.tag in (*_HEADINGS, "figure") and whole > full - at % full:
            at += full - at % full
        block.start = at
        at += block.height


def _boxes(box: Any) -> Iterator[Any]:
    """The boxes of the text of a page, without those of its margins."""
    for child in getattr(box, "children", ()):
        if getattr(child, "at_keyword", None) is None:
            yield child
            yield from _boxes(child)
