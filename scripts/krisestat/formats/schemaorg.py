"""The page's own description of its numbers, for search engines: a schema.org `Dataset` as a data block in the page.

A data block is not executed, so a Content-Security-Policy for scripts does not concern it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from krisestat.base.layout import DATA, PAGE, for_readers
from krisestat.formats.download import MEDIA, Download, address

# What the block lists: the files that hold everything. The files of single tables stand in the package.
_WHOLE = for_readers(DATA)


def dataset(
    downloads: Sequence[Download],
    words: Mapping[str, Any],
    publikasjon: Mapping[str, Any],
    spraak: str,
    serie: tuple[int, int],
    notice: str,
) -> dict[str, Any]:
    """The edition as a schema.org Dataset.

    Parameters: `downloads`, its files; `words`, the parsed nedlasting.yaml; `publikasjon`, from the configuration;
    `spraak`, the written standard; `serie`, first and last year; `notice`, what a reader must know of numbers that are
    not real, or «».
    """
    aar, publisher = serie[1], {"@type": "Organization", "name": publikasjon["utgiver"]}
    home = address(publikasjon)
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": f"{publikasjon['tittel']} {aar}",
        "description": " ".join(filter(None, [words["beskrivelse"].strip(), notice])),
        "url": f"{home}{for_readers(PAGE)}",
        "identifier": home,
        "inLanguage": spraak,
        "license": publikasjon["lisens"]["lenke"],
        "isAccessibleForFree": True,
        "creator": publisher,
        "publisher": publisher,
        "dateModified": publikasjon["sist_oppdatert"],
        "temporalCoverage": f"{serie[0]}/{serie[1]}",
        "spatialCoverage": "Norge",
        "keywords": list(words["emneord"]),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": one.tittel,
                "encodingFormat": MEDIA[one.format],
                "contentUrl": f"{home}{one.fil}",
                "contentSize": f"{one.byte} B",
                "sha256": one.sha256,
            }
            for one in downloads
            if one.format in ("xlsx", "datapakke") or one.fil.rsplit("/", 1)[0] == _WHOLE
        ],
    }


def block(content: Mapping[str, Any]) -> str:
    """The dataset as the text of a `script` element: no text in it can end the element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
