"""What the notebook needs beside its text: reading the raw files, counting, words, tables and figures."""

import itertools
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import yaml
from IPython.display import SVG, Markdown, display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

RAA = Path("../../../data/raw")
AAR = list(range(2015, 2021))
NAVN = pd.read_csv("../navn.csv", comment="#").set_index("kode")
INSTANSER = NAVN.query("liste == 'instans'")
FORMER = NAVN.query("liste == 'form'")["navn"]
GRUPPER = {"kvinner": "Kvinner", "menn": "Menn"}
FARGER = {"kvinner": "#0B4F6C", "menn": "#B5500B"}
SVAR = {"Ja": "ja", "Nei": "nei", "Vet ikke": "vet_ikke", 1.0: "ja", 2.0: "nei", 8.0: "vet_ikke"}
UT = Path("ut")
plt.rcParams.update({"svg.fonttype": "none", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})


def les_fil(mappe: Path) -> pd.DataFrame:
    kilde = yaml.safe_load((mappe / "kilde.yaml").read_text(encoding="utf-8"))
    fil = mappe / kilde["fil"]
    if kilde["format"] == "csv":
        return pd.read_csv(fil, sep=kilde["skilletegn"], encoding=kilde["tegnsett"], header=None, skiprows=1)
    if kilde["format"] == "xlsx":
        skip = kilde["overskriftsrader"]
        return pd.read_excel(fil, sheet_name=kilde["ark"], header=None, skiprows=skip, engine="openpyxl")
    return pd.read_spss(fil, convert_categoricals=False)


def les_aar(aar: int) -> pd.DataFrame:
    kodebok = pd.read_csv(RAA / f"codebooks/samarbeid_p{aar}.csv").fillna("")
    svar = les_fil(RAA / str(aar))
    svar.columns = range(len(svar.columns))
    kodebok.index = svar.columns
    senter = svar[kodebok.index[kodebok["variabel"] == "senter"][0]]
    spurt = kodebok[kodebok["variabel"].isin(["forum", "samarbeid", "samarbeidsform"])]
    lang = svar[spurt.index].set_index(senter.rename("senter")).stack().map(SVAR).rename("svar").reset_index()
    lang = lang.rename(columns={"level_1": "kolonne"}).merge(spurt, left_on="kolonne", right_index=True)
    finnes = []
    for gruppe in GRUPPER:
        nr = kodebok.index[(kodebok["variabel"] == "har_tilbud") & (kodebok["tilbud"] == gruppe)][0]
        har = svar[nr].map(SVAR) == "ja"
        finnes.append(pd.DataFrame({"senter": senter[har], "tilbud": gruppe}))
    return lang.merge(pd.concat(finnes), on=["senter", "tilbud"]).assign(aar=aar)


def tell(svar: pd.DataFrame) -> pd.DataFrame:
    register = pd.read_csv(RAA / "register/tilbud.csv").fillna({"gyldig_til": 9999})
    baser = {
        (aar, gruppe): len(register.query("tilbud == @gruppe and gyldig_fra <= @aar <= gyldig_til"))
        for aar, gruppe in itertools.product(AAR, GRUPPER)
    }
    per = ["variabel", "tilbud", "instans", "samarbeidsform", "aar"]
    ja = svar[svar["svar"] == "ja"]
    antall = ja.groupby(per).size().rename("antall").reset_index()
    noen = ja[ja["samarbeidsform"] == "skriftlig_avtale"].drop_duplicates(["senter", "tilbud", "aar"])
    noen = noen.groupby(["tilbud", "aar"]).size().rename("antall").reset_index()
    noen = noen.assign(variabel="skriftlig_noen", instans="", samarbeidsform="")
    tall = pd.concat([antall, noen])
    tall["base"] = [baser[aar, gruppe] for aar, gruppe in zip(tall["aar"], tall["tilbud"], strict=True)]
    sentre = pd.read_csv(RAA / "register/sentre.csv").set_index("navn")["senter_id"]
    spurt = svar[svar["variabel"] == "samarbeid"].assign(senter=lambda d: d["senter"].map(sentre))
    svarte = spurt.dropna(subset="svar").groupby(["senter", "tilbud"])["aar"].nunique()
    hele = svarte[svarte == len(AAR)].reset_index()[["senter", "tilbud"]]
    panel = spurt[spurt["svar"] == "ja"].merge(hele).groupby(per).size().rename("antall").reset_index()
    panel = panel.assign(variabel="samarbeid_panel", base=panel["tilbud"].map(hele["tilbud"].value_counts()))
    tall = pd.concat([tall, panel]).sort_values(per, ignore_index=True)
    return tall.assign(andel=tall["antall"] / tall["base"])


# Words.
def prosent(andel: float) -> str:
    return f"{int(100 * andel + 0.5)}\u00a0%"


def liste(ord: list[str]) -> str:
    if len(ord) < 2:
        return "".join(ord)
    siste = ", og " if any(" og " in o for o in ord) else " og "
    return ", ".join(ord[:-1]) + siste + ord[-1]


def av(rad: pd.Series) -> str:
    return f"{rad['antall']} av {rad['base']}"


def velg(tall: pd.DataFrame, variabel: str, gruppe: str, form: str = "", aar: int = 2020) -> pd.DataFrame:
    """Rows by partner; «» where the question is of none."""
    valgt = tall[
        (tall["variabel"] == variabel)
        & (tall["tilbud"] == gruppe)
        & (tall["samarbeidsform"] == form)
        & (tall["aar"] == aar)
    ]
    rekkefolge = [kode for kode in ["", *INSTANSER.index] if kode in set(valgt["instans"])]
    return valgt.set_index("instans").loc[rekkefolge]


def endring(tall: pd.DataFrame, variabel: str, gruppe: str) -> str:
    naa, foer = (velg(tall, variabel, gruppe, aar=aar).iloc[0] for aar in (2020, 2019))
    forskjell = naa["antall"] - foer["antall"]
    if not forskjell:
        return "like mange som i 2019"
    return f"{abs(forskjell)} {'flere' if forskjell > 0 else 'færre'} enn i 2019 ({av(naa)} mot {av(foer)})"


def bestemt(koder: list[str]) -> str:
    return liste([INSTANSER.at[kode, "bestemt"] for kode in INSTANSER.index if kode in koder])


def oppliste(rader: pd.DataFrame) -> str:
    deler = rader.groupby("antall", sort=True)
    return liste([f"{bestemt(list(del_.index))} ({antall})" for antall, del_ in reversed(list(deler))])


def mengde(andeler: list[float]) -> str:
    if min(andeler) > 0.5:
        return "De fleste"
    return "Rundt halvparten" if all(abs(a - 0.5) <= 0.05 for a in andeler) else "Under halvparten"


# Tables: shown, and kept for download.
_nummer = itertools.count(1)


def tabell(rader: pd.DataFrame, navn: str, tittel: str, note: str = "") -> None:
    (UT / "tabeller").mkdir(parents=True, exist_ok=True)
    vist = rader.astype(object).where(rader.notna(), ".")
    vist.to_csv(UT / f"tabeller/{navn}_p2020.csv", sep=";", index=False)
    html = vist.to_html(index=False, border=0)
    caption = f"<caption>Tabell {next(_nummer)}. {tittel}</caption>"
    html = html.replace("<thead>", f"{caption}<thead>", 1)
    display(Markdown(f'{html}\n\n<p class="note">{note}</p>'))


def over_aar(tall: pd.DataFrame, variabel: str) -> pd.DataFrame:
    ut = {"År": AAR}
    for gruppe, navn in GRUPPER.items():
        rader = tall[(tall["variabel"] == variabel) & (tall["tilbud"] == gruppe)]
        ut |= {f"{navn}, antall": list(rader["antall"]), f"{navn}, i alt": list(rader["base"])}
        ut |= {f"{navn}, prosent": [prosent(a) for a in rader["andel"]]}
    return pd.DataFrame(ut)


def blokker(tall: pd.DataFrame, variabel: str, form: str = "") -> pd.DataFrame:
    ut = []
    for gruppe, navn in GRUPPER.items():
        rader = tall[(tall["variabel"] == variabel) & (tall["tilbud"] == gruppe) & (tall["samarbeidsform"] == form)]
        antall = rader.pivot(index="instans", columns="aar", values="antall").reindex(INSTANSER.index, columns=AAR)
        antall.index = INSTANSER["navn"]
        antall.loc["Tilbud i alt"] = rader.groupby("aar")["base"].max()
        antall = antall.astype("Int64").rename_axis(columns=None).reset_index(names="Instans")
        antall.insert(0, "Tilbud til", navn)
        ut.append(antall)
    return pd.concat(ut).rename(columns=str)


def ferdig(navn: str) -> tuple[str, pd.DataFrame]:
    fil = Path(f"../ferdig/{navn}.csv")
    linjer = fil.read_text(encoding="utf-8-sig").split("\n")
    forste = linjer.index("")
    antall = linjer.index("", forste + 1) - forste - 2
    return linjer[0], pd.read_csv(fil, sep=";", skiprows=forste + 1, nrows=antall, dtype=str, encoding="utf-8-sig")


# Figures, wide and narrow from the same function; the wide one is kept to take away.
def vis(bred: Figure, smal: Figure, navn: str, tittel: str) -> None:
    (UT / "figurer").mkdir(parents=True, exist_ok=True)
    bred.savefig(UT / f"figurer/{navn}_p2020.svg")
    bred.savefig(UT / f"figurer/{navn}_p2020.png", dpi=200)
    smal.savefig(UT / f"figurer/{navn}-smal.svg")
    for form, fil in (("bred", f"{navn}_p2020"), ("smal", f"{navn}-smal")):
        svg = SVG(filename=UT / f"figurer/{fil}.svg").data
        display(Markdown(f'<figure class="{form}" role="img" aria-label="{tittel}">{svg}</figure>'))
    display(Markdown(f'<p class="note">{tittel}. Kilde: Krisesentertilbudenes årlige rapportering.</p>'))
    plt.close("all")


def felter(antall: int, kolonner: int, storrelse: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    rader = -(-antall // kolonner)
    figur, akser = plt.subplots(rader, kolonner, figsize=storrelse, sharex=True, layout="constrained", squeeze=False)
    return figur, list(akser.flat)


def linjer(rader: pd.DataFrame, kolonner: int, storrelse: tuple[float, float]) -> Figure:
    instanser = [kode for kode in ["", *INSTANSER.index] if kode in set(rader["instans"])]
    figur, akser = felter(len(instanser), kolonner, storrelse)
    for akse, instans in zip(akser, instanser, strict=True):
        for gruppe, farge in FARGER.items():
            rekke = rader[(rader["instans"] == instans) & (rader["tilbud"] == gruppe)]
            akse.plot(rekke["aar"], 100 * rekke["andel"], color=farge, label=GRUPPER[gruppe])
            for _, rad in rekke.iloc[[0, -1]].iterrows():
                akse.annotate(prosent(rad["andel"]), (rad["aar"], 100 * rad["andel"]), fontsize=8)
        akse.set(ylim=(0, 60 if instans else 100), title=INSTANSER["navn"].get(instans, ""), xticks=AAR[::5])
    akser[0].legend(frameon=False)
    return figur


def stolper(rader: pd.DataFrame, kolonner: int, storrelse: tuple[float, float]) -> Figure:
    figur, akser = felter(2, kolonner, storrelse)
    for akse, (gruppe, farge) in zip(akser, FARGER.items(), strict=True):
        del_ = rader[rader["tilbud"] == gruppe].sort_values("andel")
        akse.barh(INSTANSER["navn"].reindex(del_["instans"]), 100 * del_["andel"], color=farge)
        for nr, (_, rad) in enumerate(del_.iterrows()):
            akse.annotate(av(rad), (100 * rad["andel"] - 2, nr), ha="right", va="center", color="white", fontsize=8)
        akse.set(title=GRUPPER[gruppe], xlim=(0, 100))
    return figur


def former_figur(rader: pd.DataFrame, kolonner: int, storrelse: tuple[float, float]) -> Figure:
    figur, akser = felter(len(FORMER), kolonner, storrelse)
    for nr, (akse, (form, navn)) in enumerate(zip(akser, FORMER.items(), strict=True)):
        for flytt, (gruppe, farge) in zip((0.2, -0.2), FARGER.items(), strict=True):
            del_ = rader[(rader["samarbeidsform"] == form) & (rader["tilbud"] == gruppe)].set_index("instans")
            del_ = del_.reindex(INSTANSER.index[::-1])
            steder = [n + flytt for n in range(len(del_))]
            stolper = akse.barh(steder, 100 * del_["andel"], height=0.38, color=farge, label=GRUPPER[gruppe])
            akse.bar_label(stolper, [str(n) for n in del_["antall"]], fontsize=7, padding=2)
        akse.set(title=navn, xlim=(0, 110), yticks=range(len(INSTANSER)))
        akse.set_yticklabels([] if nr % kolonner else INSTANSER["navn"][::-1])
    akser[0].legend(frameon=False, fontsize=7)
    return figur


def kommuner_figur(kostra: pd.DataFrame, kolonner: int, storrelse: tuple[float, float]) -> Figure:
    figur, akser = felter(kostra["partner"].nunique(), kolonner, storrelse)
    for akse, (instans, del_) in zip(akser, kostra.groupby("partner"), strict=True):
        akse.bar_label(akse.bar(del_["year"].astype(str), del_["value"], color=FARGER["kvinner"]), fontsize=8)
        akse.set(title=instans, ylim=(0, 290))
    return figur
