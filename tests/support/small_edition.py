"""A very small edition, built in a moment from inputs that each have an effect: for the tests of comparing two runs.

One question of one partner in 2019 and 2020, answered by five centres; one sentence whose word the lexicon chooses, one
figure, one table, one headline point. The files have the forms of the real ones, and the tables of numbers those of
editions from before the declared model.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from fractions import Fraction
from html import escape
from pathlib import Path

from krisestat.agreements.lists import READERS
from krisestat.base.yaml_files import load_yaml
from krisestat.model.contracts import INNDATA
from krisestat.model.load import load_model
from krisestat.release import manifest as release_manifest
from krisestat.release.old_editions import TALL
from tests.support.project import PROJECT

MODEL = load_model(load_yaml(PROJECT / "config.yaml")[0]["kapitler"], READERS, PROJECT)
INPUTS = {
    "data/raw/2019/samarbeid_p2019.csv": "senter,kv_politi\nS01,Ja\nS02,Ja\nS03,Nei\nS04,Ja\nS05,Ja\n",
    "data/raw/2020/samarbeid_p2020.csv": "senter,kv_politi\nS01,Ja\nS02,Ja\nS03,Nei\nS04,Nei\nS05,Ja\n",
    "data/raw/2020/kilde.yaml": "aar: 2020\n",
    "data/raw/codebooks/svarkoder.csv": "verdi,svar\nJa,ja\nNei,nei\nVet ikke,vet_ikke\n",
    "data/raw/codebooks/instanser.csv": "instans,navn_nb\npoliti,politiet\n",
    "data/raw/register/tilbud.csv": "senter_id\nS01\nS02\nS03\nS04\nS05\n",
    "data/rettelser.yaml": "# id aar senter svar\n",
    "templates/leksikon/nb.yaml": "nesten alle: 7/10 < p\nde fleste: 1/2 < p\net mindretall: 0 < p\n",
    "templates/nb/publikasjon.html.j2": "{ord} tilbud samarbeidet med {instans} i {aar} ({antall}).\n"
    "Skriv til {epost}.\n",
    "templates/felles/side.css": "p { margin: 0 }\n",
    "scripts/krisestat/pages/publication.py": "punkt = '.'\n",
    "scripts/krisestat/figures/charts.py": "bredde = 100\n",
    "config.yaml": "aar: 2020\nfoerste_aar: 2019\nspraak: nb\npublikasjon:\n  tittel: Liten utgave\n  utgiver: Prøven\n"
    "  epost: en@example.org\nhovedpunkter:\n  antall: 1\n",
}
CELL = "samarbeid/kvinner/politi/"


def table(contract, rows: list[dict]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(contract.columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


class SmallEdition:
    """A project folder with its inputs and, once built, `results/2020`."""

    def __init__(self, root: Path):
        self.root, self.results = root, root / "results/2020"
        for name, text in INPUTS.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        before = self.read(name)
        assert old in before
        self.write(name, before.replace(old, new, 1))

    def rows(self, name: str) -> list[dict]:
        return list(csv.DictReader(io.StringIO(self.read(name))))

    def out(self, name: str, text: str) -> None:
        self.write(f"results/2020/{name}", text)

    def build(self, manifest_too: bool = True, after: Callable[["SmallEdition"], None] | None = None) -> Path:
        """Build the edition; returns its folder. `after` may change an output before the manifest is written."""
        config = dict(re.findall(r"^ *(\w+): (.+)$", self.read("config.yaml"), re.MULTILINE))
        codes = {r["verdi"]: r["svar"] for r in self.rows("data/raw/codebooks/svarkoder.csv")}
        name = self.rows("data/raw/codebooks/instanser.csv")[0]["navn_nb"]
        corrections = {
            (a, s): (i, v)
            for i, a, s, v in re.findall(r"^(R\d) (\d+) (S\d+) (\w+)$", self.read("data/rettelser.yaml"), re.M)
        }
        register = [r["senter_id"] for r in self.rows("data/raw/register/tilbud.csv")]
        counts, services = [], []
        for aar in ("2019", "2020"):
            file = f"data/raw/{aar}/samarbeid_p{aar}.csv"
            raw = {r["senter"].strip(): (n, r["kv_politi"]) for n, r in enumerate(self.rows(file), 2)}
            cells = [
                {"fil": file, "linje": n, "kolonnenr": k, "kolonne": c, "verdi": v}
                for n, r in enumerate(self.rows(file), 2)
                for k, (c, v) in enumerate(r.items(), 1)
            ]
            answers = []
            for senter in register:
                line, value = raw.get(senter, (0, ""))
                id, corrected = corrections.get((aar, senter), ("", ""))
                svar = corrected or (codes[value.strip()] if value.strip() else "ubesvart")
                who = {"aar": aar, "senter": senter, "tilbud": "kvinner"}
                said = {"svar": svar, "fil": file, "linje": line, "kolonne": "kv_politi", "rettelse": id}
                answers.append(who | {"sporsmaal": "samarbeid", "instans": "politi"} | said)
                services.append(who | {"opphav": "mottatt"})
            self.out(f"inndata/samarbeid_p{aar}.csv", table(INNDATA, cells))
            self.out(f"klargjort/samarbeid_p{aar}.csv", table(MODEL.kilder["samarbeid"].contract, answers))
            kinds = [a["svar"] for a in answers]
            counts.append(
                {"indikator": "samarbeid", "gruppe": "kvinner", "instans": "politi", "aar": aar, "opphav": "mottatt"}
                | {
                    "antall": kinds.count("ja"),
                    "base": len(kinds),
                    "andel": str(Fraction(kinds.count("ja"), len(kinds))),
                }
                | {n: kinds.count(n) for n in ("nei", "vet_ikke", "ubesvart", "ikke_spurt")}
            )
        self.out("klargjort/samarbeid-enheter.csv", table(MODEL.kilder["samarbeid"].units, services))
        for folder in ("statistikk", "ut/utdata"):
            self.out(f"{folder}/tall.csv", table(TALL, counts))
        self._publish(config, name, counts[-1])
        if after:
            after(self)
        (self.results / "manifest.json").unlink(missing_ok=True)
        if manifest_too:
            self.manifest()
        return self.results

    def _publish(self, config: dict, name: str, count: dict) -> None:
        aar, told = config["aar"], f"{count['antall']} av {count['base']}"
        share = Fraction(count["andel"])
        word, rule = next(
            (w, r)
            for w, r in re.findall(r"^([\w ]+): (.+)$", self.read("templates/leksikon/nb.yaml"), re.MULTILINE)
            if Fraction(r.removesuffix(" < p")) < share
        )
        point = re.search(r"'(.*)'", self.read("scripts/krisestat/pages/publication.py"))[1]
        lines = self.read("templates/nb/publikasjon.html.j2").splitlines()
        fill = {"ord": word.capitalize(), "instans": name, "aar": aar, "antall": told, "epost": config["epost"]}
        said = [line.format(**fill).removesuffix(".") + point for line in lines]
        cell = f"{CELL}/{aar}"
        place = {"side": "index.html", "seksjon": "instanser", "element": "p", "linje": 1, "setning": said[0]}
        place |= {"mal": "templates/nb/publikasjon.html.j2"}
        common = {
            "leksikon": "nb-1",
            "margin": None,
            "funksjon": "mengde",
            "varianter": [],
            "steder": [place],
            "celler": [cell],
        }
        statements = [
            common
            | {"id": f"av-samarbeid-kvinner-politi-{aar}", "tekst": told, "ord": None, "regel": "antall av base"},
            common
            | {"id": f"mengde-samarbeid-kvinner-politi-{aar}", "tekst": word.capitalize(), "ord": word, "regel": rule},
        ]
        self.out("etterproving/paastander.json", json.dumps({"aar": int(aar), "paastander": statements}))
        headlines = [{"id": "politi", "tekst": f"{word.capitalize()} samarbeidet", "tall": [{"celle": cell}]}]
        self.out("hovedpunkter.json", json.dumps({"hovedpunkter": headlines[: int(config["antall"])]}))
        style = self.read("templates/felles/side.css")
        text = "".join(f"<p>{escape(line)}</p>" for line in said)
        body = f'<main><section id="instanser">{text}</section></main>'
        self.out("ut/publikasjon/index.html", f"<html><head><style>{style}</style></head><body>{body}</body></html>")
        width = re.search(r"\d+", self.read("scripts/krisestat/figures/charts.py"))[0]
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 50"><title>T</title>'
        self.out("figurer/samarbeid.svg", f'{svg}<text x="1">{escape(name)}</text><text x="9">{told}</text></svg>')
        row = {"indikator": "samarbeid", "gruppe": "kvinner", "instans": "politi", "samarbeidsform": "", "aar": aar}
        row |= {"antall": count["antall"], "base": count["base"], "prosent": "", "status": "", "opphav": "mottatt"}
        self.out("ut/utdata/tabeller/instanser_p2020.csv", "Tilbud etter instans. 2020. Antall\n")
        self.out(
            "ut/utdata/tabeller/instanser-maskin_p2020.csv",
            ",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n",
        )
        self.out("config.yaml", self.read("config.yaml"))

    def inputs(self) -> list[str]:
        """The inputs, with the published editions and more codebooks if there are any."""
        more = [
            *self.root.glob("publisert/**/*.*"),
            *self.root.glob("data/raw/**/*.*"),
            *self.root.glob("data/statistikk/*"),
        ]
        return sorted({*INPUTS, *(p.relative_to(self.root).as_posix() for p in more)})

    def manifest(self, status: str = "") -> None:
        """Write the manifest of the edition as it stands, by the project's own stage."""
        listed = {p.relative_to(self.results).as_posix(): p for p in sorted(self.results.rglob("*")) if p.is_file()}
        content = {
            "skjema": release_manifest.SCHEMA_ID,
            "aar": 2020,
            "inndata": [
                {"fil": n, "sha256": release_manifest.digest(d), "byte": len(d), "slag": release_manifest.kind(n)}
                for n, d in ((n, (self.root / n).read_bytes()) for n in self.inputs())
            ],
            "utdata": [
                {
                    "fil": n,
                    "sha256": release_manifest.digest(p.read_bytes()),
                    "byte": p.stat().st_size,
                    "regel": "render",
                }
                for n, p in listed.items()
            ],
            "versjoner": dict.fromkeys(("fontconfig", "freetype", "harfbuzz", "pango", "python", "zlib"), "1"),
            "konfigurasjon_sha256": release_manifest.digest((self.results / "config.yaml").read_bytes()),
            "kode": release_manifest.code_state(status),
        }
        (self.results / "manifest.json").write_text(release_manifest.manifest_text(content), encoding="utf-8")
