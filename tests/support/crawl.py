"""Follows every link of what readers get, in pages, PDFs and files, to the file and the place that it leads to."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pikepdf
from lxml import html as lxml_html


def _addresses(path: Path, home: str) -> set[str]:
    """What a file links to: a page by its links and sources, a PDF by its links, text by addresses of the site."""
    if path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            marks = [mark for page in pdf.pages for mark in page.get("/Annots", [])]
            return {str(mark.A.URI) for mark in marks if "/A" in mark and "/URI" in mark.A}
    if path.suffix in (".png", ".xlsx"):
        return set()
    text = path.read_text(encoding="utf-8")
    found = {address.rstrip(".") for address in re.findall(rf"{home}[\w./#-]*", text)}
    if path.suffix == ".html":
        tree = lxml_html.fromstring(text)
        found |= {str(value) for value in tree.xpath("//@href|//@src|//@*[name()='xlink:href']|//@data|//@poster")}
        found |= {str(value).partition("url=")[2] for value in tree.xpath("//meta[@http-equiv='refresh']/@content")}
        found |= set(re.findall(r"url\(['\"]?([^'\")]+)", "".join(tree.xpath("//style/text()|//@style"))))
    return found


def crawl(files: Mapping[str, Path], home: str) -> tuple[int, list[str]]:
    """Follow every link. Parameters: `files`, by the path that readers know each by; `home`, the address of them all.

    Returns how many were followed, and a line for each that leads nowhere or out of the files without saying so. Other
    sites are not asked, and `home` itself is not a file.
    """
    ids = {
        name: set(lxml_html.fromstring(path.read_text(encoding="utf-8")).xpath("//@id|//a/@name"))
        for name, path in files.items()
        if path.suffix == ".html"
    }
    followed, wrong = 0, []
    for name, path in files.items():
        for address in sorted(_addresses(path, home)):
            whole = urljoin(f"{home}{name}", address)
            if not whole.startswith(home):
                wrong += [] if urlsplit(address).scheme else [f"{name} leads out to {address}"]
                continue
            target, fragment = (unquote(part) for part in urlsplit(whole.removeprefix(home))[2:5:2])
            if target.endswith("/") and f"{target}index.html" in files:  # data are named by such addresses
                target, fragment = f"{target}index.html", ""
            if target and (target not in files or (fragment and target in ids and fragment not in ids[target])):
                wrong.append(f"{name} leads to {address}")
            followed += bool(target)
    return followed, wrong
