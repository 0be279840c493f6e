"""Where figures stand on paper. A figure that had no room where it is told of begins the next page, and lets the text
after it go before it, rather than leave the page empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

# The most of a page that may be left empty above a figure, as a part of its text, and how often the text is laid out.
_EMPTY, _PASSES = 0.25, 6
_HEADINGS = ("h2", "h3", "h4")


def place_figures(root: Any, lay_out: Callable[[], Sequence[Any]]) -> None:
    """Move the figures of an edition's chapters until none leaves more of a page empty than must be. They keep their
    order, and none comes between a heading and its text.

    Parameters: `root`, the document as WeasyPrint holds it; `lay_out`, which returns its pages.
    """
    main = root.find(".//main")
    parts = [] if main is None else list(main)
    chapters = [part.get("class") == "kapittel" and part.find(".//figure/img") is not None for part in parts]
    told = [number for number, shows in enumerate(chapters) if shows]
    if not told:
        return
    # What comes after the chapter of the last figure has no say in where figures stand, and takes the longest.
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
    for box in (box for page in pages for box in _text(page).descendants()):
        if box.element is not None and not box.element_tag.endswith("::after"):
            heights[box.element] = max(heights[box.element], box.margin_height())
    blocks = [(parent, block) for parent in main.iter("section") for block in parent]
    for page, following in pairwise(pages):
        figure = _first(following)
        leaves = [box for box in _text(page).descendants() if not getattr(box, "children", ())]
        room = page.content_box_y() + page.height - max(box.position_y + box.height for box in leaves)
        if figure.tag != "figure" or room <= _EMPTY * page.height:
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


def _text(page: Any) -> Any:
    """The box of what a page says, without its margins."""
    return next(box for box in page.children if not hasattr(box, "at_keyword"))


def _first(page: Any) -> Any:
    """The figure that begins a page, or the last of the elements that begin there."""
    box = _text(page)
    while box.element.tag != "figure" and getattr(box, "children", ()):
        box = box.children[0]
    return box.element
