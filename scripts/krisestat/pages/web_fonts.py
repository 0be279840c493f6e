"""The page's fonts: the parts of the project's TTF files that Norwegian and the Sámi languages need, as WOFF2.

They lie ready in the repository, since compressing a face costs about a second: `make skrifter` makes them anew.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from krisestat.figures.design import for_web

# Letters change width when the fonts are ready, a moment after the first paint: until then nothing that moves is shown.
# The line at the top, with the way out, is always there.
_STILL = "@keyframes skrift{from{visibility:hidden}}main,footer,.merknad{animation:skrift 1ms 0.1s backwards}"


def font_face_css(faces: Sequence[tuple[str, int, str, str]], fonts: Path) -> str:
    """`@font-face` rules with the faces embedded, so that the page needs no other file.

    Parameters: `faces` of (family, weight, style, file); `fonts`, the folder of TTF files, with that of the parts.
    """
    rules = (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:block;'
        f"src:url(data:font/woff2;base64,{base64.b64encode((fonts / for_web(file)).read_bytes()).decode('ascii')}) "
        'format("woff2")}'
        for family, weight, style, file in faces
    )
    return "\n".join((*rules, _STILL))
