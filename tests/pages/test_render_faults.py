"""Bad input of the stage that writes the text: templates and numbers at fault, through the stage itself. Every fault
comes in five parts with its template and line, all at once, and nothing is written."""

import shutil
from pathlib import Path

import pytest

from krisestat.base.errors import Problems
from tests.support.edition import make
from tests.support.model import COUNTS, with_files
from tests.support.project import PROJECT

pytestmark = pytest.mark.thorough

PAGE, ABOUT, POINTS = "samarbeid/nb/tekst.html.j2", "nb/om-statistikken.html.j2", "samarbeid/nb/hovedpunkter.yaml"


class Editor:
    """Someone who writes in the templates and builds."""

    def __init__(self, root: Path):
        self.root, self.builds = root, 0
        shutil.copytree(PROJECT / "templates", root / "templates")
        self.changed: dict[str, str] = {}

    def write(self, name: str, *lines: str) -> list[tuple[str, str]]:
        """Put paragraphs in a template, each on a line of its own; gives the place of each."""
        path = self.root / "templates" / name
        before, after = path.read_text(encoding="utf-8").split("</section>\n", 1)
        first = before.count("\n") + 1
        path.write_text(before + "".join(f"{line}\n" for line in lines) + "</section>\n" + after, encoding="utf-8")
        return [(f"templates/{name}", f"linje {first + number}") for number in range(len(lines))]

    def change(self, statistic: str, old: str, new: str) -> None:
        """Change one row of the numbers."""
        text = next(path for path in COUNTS if path.stem == statistic).read_text(encoding="utf-8")
        assert text.count(f"\n{old}") == 1
        self.changed[statistic] = text.replace(f"\n{old}", f"\n{new}")

    def faults(self) -> dict[tuple[str, str], str]:
        """What a build finds: the finding by file and line."""
        self.builds += 1
        folder = self.root / f"ut{self.builds}"
        with pytest.raises(Problems) as caught:
            make(folder, with_files(self.root, self.changed), self.root / "templates")
        # What other stages made before is there; of the page, its print edition and their evidence nothing is.
        assert {p.name for p in folder.iterdir()} == {"figurer", "nedlasting.json", "ut"}
        assert all(p.fant and p.ventet and p.tiltak for p in caught.value.problems)
        found: dict[tuple[str, str], str] = {}
        for p in caught.value.problems:
            place = (str(p.fil).removeprefix(f"{self.root}/"), p.sted)
            found[place] = "\n".join(filter(None, (found.get(place), f"{p.fant} | {p.ventet} | {p.tiltak}")))
        return found


@pytest.fixture
def editor(tmp_path) -> Editor:
    return Editor(tmp_path)


def check(editor: Editor, wanted: dict[str, list[tuple[str, str]]]) -> None:
    """Write the lines of each template, build once, and look for every finding in its place."""
    places = {name: editor.write(name, *(line for line, _ in lines)) for name, lines in wanted.items()}
    found = editor.faults()
    for name, lines in wanted.items():
        for place, (line, told) in zip(places[name], lines, strict=True):
            assert told in found.get(place, ""), (place, line, found)
    expected = {place for of_one in places.values() for place in of_one}
    others = [told for place, told in found.items() if place not in expected]
    assert all("undertrykt" in told for told in others), others  # what the page itself says of a hidden cell


def test_unknown_functions_are_told_in_every_template_at_once(editor):
    check(
        editor,
        {
            PAGE: [
                ('<p>{{ anntall("forum", "kvinner") }}</p>', "«anntall» – mente du «antall»?"),
                ('{% if gjeldr("forum", "kvinner", ord="alle") %}{% endif %}', "«gjeldr» – mente du «gjelder»?"),
            ],
            ABOUT: [
                ('<p>{{ mengd("forum", "kvinner") }}</p>', "«mengd» – mente du «mengde»?"),
                ('<p>{{ prosnt("forum", "kvinner") }}</p>', "«prosnt» – mente du «prosent»?"),
            ],
        },
    )


def test_questions_that_cannot_be_asked_are_told_at_once(editor):
    editor.change("samarbeid", "2016,menn,barnehus,37,42,4,0,1,0,,", "2016,menn,barnehus,,42,4,0,1,0,undertrykt,")
    check(
        editor,
        {
            PAGE: [
                ('<p>A {{ av("samarbeid", "kvinner", "politiet") }}.</p>', "«politiet» – mente du «politi»?"),
                ('<p>B {{ av("forum", "kvinnr") }}.</p>', "«kvinnr» – mente du «kvinner»?"),
                ('<p>C {{ av("forum", "kvinner", aar=2031) }}.</p>', "året «2031» | et år i 2015–2020"),
                ('<p>D {{ av("forumer", "kvinner") }}.</p>', "«forumer» – mente du «forum»?"),
                ('<p>E {{ av("forum", "kvinner", "nav") }}.</p>', "koden «nav», som er én for mye"),
                (
                    '<p>F {{ antall("forum", "kvinner", instans="alle") }}.</p>',
                    "«instans» | en dimensjon i forum: gruppe",
                ),
                ('<p>G {{ av("samarbeid", "menn", "barnehus", aar=2016) }}.</p>', "2016 (undertrykt)"),
                ('<p>H {{ trend("samarbeid", "menn", "barnehus") }}.</p>', "2016 (undertrykt)"),
                (
                    '<p>I {{ av("samarbeidsform", "menn", "nav", form="fast_kontakt", aar=2015) }}.</p>',
                    "2015 (ikke_spurt)",
                ),
                (
                    '<p>J {{ mengde("forum", "kvinner", ord="alle") }}.</p>',
                    "«alle» (kvinner 2020: 32 av 43) | at «alle» stemmer med tallene | Skriv noe som er sant: «om lag",
                ),
                ('<p>K {{ mengde("forum", "kvinner", ord="de fleeste") }}.</p>', "mente du «de fleste»?"),
                ('<p>L {{ mengde("forum", "kvinner", orrd="alle") }}.</p>', "«orrd» – mente du «ord»?"),
                ("<p>M flere enn før.</p>", "«M flere enn før.»: ingen har signert den"),
            ],
            ABOUT: [
                ('<p>N {{ prosent("forum", "mennn") }}.</p>', "«mennn» – mente du «menn»?"),
                ("<p>O Det gjaldt 42 tilbud.</p>", "«O Det gjaldt 42 tilbud.»: ingen har signert den"),
            ],
        },
    )


def test_faults_of_headline_candidates_are_told_at_once_with_their_lines(editor):
    path = editor.root / "templates" / POINTS
    text = path.read_text(encoding="utf-8")
    first = text.count("\n") + 1
    path.write_text(
        text
        + '- id: feil-en\n  tema: a\n  naar: \'gjeldr("forum", "kvinner")\'\n  tekst: \'{{ anntall("forum") }}\'\n'
        + "- id: feil-to\n  tema: b\n  tekst: '{{ antall( }}'\n",
        encoding="utf-8",
    )
    found = editor.faults()
    assert set(found) == {(f"templates/{POINTS}", f"linje {first + n}") for n in (2, 3, 6)}


def test_a_word_in_the_short_texts_is_told_with_its_key(editor):
    path = editor.root / "templates" / "nb" / "tekster.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("innhold: Innhold", "innhold: Flere tall enn før"), encoding="utf-8")
    told = editor.faults()["templates/nb/tekster.yaml", "innhold"]
    assert told.startswith("«Flere tall enn før»: ingen har signert den")


def test_a_fault_of_syntax_is_told_with_its_line(editor):
    (place,) = editor.write(ABOUT, '<p>{{ antall("forum", "kvinner" }}</p>')
    assert set(editor.faults()) == {place}


def test_a_lexicon_and_an_allow_list_at_fault_stop_the_stage(editor):
    path = editor.root / "templates" / "leksikon" / "nb.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[vanlig]", "[null]"), encoding="utf-8")
    (finding,) = editor.faults().values()
    assert "null uten anførselstegn" in finding
