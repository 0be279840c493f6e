"""What the statements of an edition cost beyond imports: those of its page, and ten thousand in one text.

Prints JSON for `benchmark/run.py`: how many statements the page has, CPU seconds to evaluate and check them, and the
same for a text with many; `forhold` is the cost of a statement among many against that of one among a tenth as many.
Run in a project whose edition is built.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

MANY = 10_000
# One line of the long text: six statements of as many kinds.
LINE = (
    '<p>{{ mengde("samarbeid", "kvinner", "politi", hva="tilbudene til kvinner") }} samarbeidet: '
    '{{ av("samarbeid", "kvinner", "politi") }}, {{ prosent("samarbeid", "kvinner", "politi") }}. Det er '
    '{{ hyppighet("samarbeid", "kvinner", "politi") }}, {{ endring("samarbeid", "kvinner", "politi") }}, og '
    '{{ trend("samarbeid", "kvinner", "politi") }}.</p>\n'
)


def main() -> None:
    """Measure and print."""
    sys.path.insert(0, "scripts")
    from krisestat.base import layout
    from krisestat.build.edition import open_edition
    from krisestat.model.cubes import read_cubes
    from krisestat.pages.frame import environment
    from krisestat.statements.book import Statements
    from krisestat.statements.lexicon import load_lexicon

    edition = open_edition(".", {})
    templates, spraak = Path("templates"), edition.config["spraak"]
    cubes = read_cubes(edition.model, Path(edition.results, layout.DATA).glob("*.csv"))
    lexicon = load_lexicon(templates / "leksikon" / f"{spraak}.yaml")
    evidence = json.loads(Path(edition.results, layout.PROOF).read_text(encoding="utf-8"))
    calls = "".join(f"<tr><td>{{{{ {_call(entry)} }}}}</td></tr>\n" for entry in evidence["paastander"])

    def cost(text: str) -> tuple[int, float]:
        env = environment(templates, spraak)
        start = time.process_time()
        book = Statements(edition.model, cubes, lexicon, edition.aar)
        marked = book.install(env).from_string(text).render()
        book.finish(marked, "side.html")
        return len(book.records), time.process_time() - start

    # what is counted of agreements must be said in a heading of the same part
    page, seconds = cost(f'<section id="x"><h2>Samarbeidsavtaler mellom kommuner</h2><table>{calls}</table></section>')
    few, some = cost(LINE * (MANY // 60))
    many, all_of_them = cost(LINE * -(-MANY // 6))
    print(
        json.dumps(
            {
                "side": page,
                "side_sekunder": round(seconds, 3),
                "mange": many,
                "mange_sekunder": round(all_of_them, 3),
                "forhold": round((all_of_them / many) / (some / few), 2),
            }
        )
    )


def _call(entry: dict) -> str:
    """The template call behind a statement, from its evidence."""
    function, asked = entry["funksjon"], dict(entry["spoerring"])
    first = []
    if function in ("base", "baser"):  # of a statistic, or of what is counted by its kind
        first = [repr(asked.pop(next(iter(asked))))]
    if function == "baser":
        asked["aar"], asked["fra"] = asked["aar"]
    if function == "periode":
        asked["fra"], asked["til"] = asked.pop("aar")
    if isinstance(asked.get("mot"), list):
        asked["mot"] = asked["mot"][0]
    if function in ("instanser", "opplisting", "unntatt"):
        dims = list(asked)[: list(asked).index("aar")]
        asked["over"] = [name for name in dims if asked[name] == "alle" or isinstance(asked[name], list)][-1]
        listed = asked.pop(asked["over"])
        asked |= {} if listed == "alle" else {"blant": listed}
    if entry["ord"] and function != "endring":
        asked["ord"] = entry["ord"]
    return f"{function}({', '.join([*first, *(f'{name}={value!r}' for name, value in asked.items())])})"


main()
