"""Where figures stand on paper. A figure that had no room where it is told of begins the next page, and lets the text
after it go before it, rather than leave the page empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

# The most of a page that may be left empty above a figure, as a part of its text, and how often the text is laid out.
_EMPTY, _PASSES = 0.25, 6
_HEADINGS = ("h2", "h3", "h4")


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
        if not _moved(main, [page._page_box for page in lay_out()]):
            break
    main.extend(rest)


def _moved(main: Any, pages: Sequence[Any]) -> bool:
    """Whether a figure was moved: the first that leaves too much empty, and that text can go before."""
    heights: dict[Any, float] = defaultdict(float)
    for box in (box for page in pages for box in _boxes(page)):
        if box.element is not None and not box.element_tag.endswith("::after"):
            heights[box.element] = max(heights[box.element], box.margin_height())
    blocks = [(parent, block) for parent in main.iter("section") for block in parent]
    for page, following in pairwise(pages):
        figure = next((box.element for box in _first(following) if box.element_tag == "figure"), None)
        room = page.height - max((_foot(box) for box in _boxes(page)), default=0.0) + page.content_box_y()
        if figure is None or room <= _EMPTY * page.height:
            continue
        at = next(number for number, (_, block) in enumerate(blocks) if block is figure)
        goal = None
        for parent, block in blocks[at + 1 :]:
            room -= heights[block]
            if room < 0 or block.tag == "figure":
                break
            goal = goal if block.tag in _HEADINGS else (parent, block)
        if goal is not None:
            blocks[at][0].remove(figure)
            goal[0].insert(list(goal[0]).index(goal[1]) + 1, figure)
            return True
    return False


def _boxes(box: Any) -> Iterator[Any]:
    """The boxes of the text of a page, without those of its margins."""
    for child in getattr(box, "children", ()):
        if getattr(child, "at_keyword", None) is None:
            yield child
            yield from _boxes(child)


def _first(box: Any) -> Iterator[Any]:
    """The boxes that begin a page, from the outside in."""
    children = [child for child in getattr(box, "children", ()) if getattr(child, "at_keyword", None) is None]
    if children:
        yield children[0]
        yield from _first(children[0])


def _foot(box: Any) -> float:
    """Where a text or a picture ends."""
    return 0.0 if getattr(box, "children", ()) else box.position_y + box.height
