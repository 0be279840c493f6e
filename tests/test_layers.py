"""The three layers of docs/decisions/0001 (rule → script → stage) and the floors of the package, one direction each,
enforced from the syntax trees."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.project import ROOT as PROJECT

RULES = sorted([PROJECT / "Snakefile", *(PROJECT / "workflow").rglob("*.smk")])
SCRIPTS = sorted((PROJECT / "scripts").glob("*.py"))
PACKAGE = sorted((PROJECT / "scripts" / "krisestat").rglob("*.py"))
HOUSE = PROJECT / "scripts" / "krisestat"
STAGES = sorted((HOUSE / "stages").glob("[!_]*.py"))

# The rooms, each above those that it may import from.
FLOORS = (
    *("__main__", "commands"),
    *("stages", "build", "proof", "sheets", "comparison", "pages", "release", "agreements", "formats"),
    *("audit", "statements", "intake", "tables", "figures", "model", "base"),
)

# Reading and writing, by the name that is called.
INPUT_OUTPUT = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "write_atomic", "write_all", "write_each"),
    *("mkdir", "unlink"),
    *("read_rows", "write_rows", "read_frame", "read_csv", "to_csv", "touch", "glob", "stat"),
}
# Modules whose subject is a file form or a place on the disk; everything else is pure outside `run` and `main`.
EDGE = {
    *(
        "pages/faster_pdf",  # reads the library that it is written for
        "agreements/collections",
        "agreements/read_table",
        "agreements/inbox",
        "agreements/papers",
        "agreements/receive",
        "base/contracts",
        "base/frames",
        "base/kept_tables",
    ),
    *(
        "base/modules",
        "base/records",
        "base/yaml_files",
        "build/edition",
        "build/hold",
        "build/inventory",
        "build/wheel",
    ),
    *(
        "build/job",
        "build/wheel",
        "build/rights",
        "intake/archive",
        "intake/foreign",
        "intake/readers",
        "intake/receive",
        "intake/sources",
        "model/load",
        "model/marks",
        "model/codebooks",
    ),
    *(
        "model/cubes",
        "model/config",
        "model/register",
        "model/signatures",
        "pages/opened",
        "pages/signer",
        "pages/trying",
        "pages/site",
        "pages/web_fonts",
        "release/freeze",
    ),
    "release/run",
    *("sheets/batch", "statements/sources", "statements/textcheck"),
}
EDGE_FUNCTIONS = {
    "_as_committed",
    "_counted",
    "_typesetter",
    "read_manifest",
    "freetype",
    "install",
    "published_counts",
    "fetch",
    "keep",
    "digest_of_tools",
    "tools_digest",
    "load_sheet_maker",
    "load_report_maker",
    "main",
    "run",
    "standing",
    "told",
}
HEAVY = {"pandas", "matplotlib", "weasyprint", "fontTools"}
# Modules that are loaded first where what they are for is loaded.
LOADED_LATE = dict.fromkeys(("figures/canvas.py", "figures/charts.py"), "matplotlib") | {
    "pages/faster_pdf.py": "weasyprint"
}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def calls(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = getattr(function, "attr", getattr(function, "id", ""))
            found.add(name)
    return found


def imports(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", RULES, ids=lambda p: p.name)
def test_a_rule_names_and_does_not_think(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(run|message|shell)\s*:", text, re.MULTILINE)
    assert "config.get" not in text
    for rule in re.findall(r"^rule (\w+):(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL):
        name, body = rule
        if name not in ("publication", "endringer", "sjekkliste", "avtaler", "faktaark"):
            assert re.search(rf'"logs/{name}(-{{\w+}})?\.log"', body)
            own = name if (PROJECT / f"scripts/{name}.py").is_file() else "stage"
            assert f"scripts/{own}.py" in body
            assert f'modules=modules("{name}")' in body and "requirements.lock" in body


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_a_script_binds_a_rule_to_one_run(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    code = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(code) <= 20
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.If | ast.For | ast.While | ast.FunctionDef | ast.Try)]
    assert not {name.split(".")[0] for name in imports(tree)} & HEAVY
    runs = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "run"]
    assert len(runs) == 1 and getattr(runs[0].func.value, "id", "stage") == path.stem


def test_the_package_knows_no_workflow_clock_locale_environment_or_chance():
    unwanted = {"snakemake", "random", "locale", "time", "socket", "getpass", "uuid"}
    forbidden = {"os.environ", "os.getcwd", "os.getenv", "Path.cwd", "Path.home", "datetime.now", "date.today"}
    for path in PACKAGE:
        tree = tree_of(path)
        assert not {n.split(".")[0] for n in imports(tree)} & unwanted, path
        attributes = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
        asked = {f"{getattr(n.value, 'id', '')}.{n.attr}" for n in attributes} & forbidden
        # fontconfig is told its folder through the environment; nothing may be read from there
        assert asked <= ({"os.environ"} if path.stem == "pdf" else set()), path


def test_only_run_and_the_edge_read_and_write():
    for path in PACKAGE:
        inner = path.relative_to(HOUSE).with_suffix("").as_posix() not in EDGE
        for node in tree_of(path).body if inner else ():
            if isinstance(node, ast.FunctionDef) and node.name not in EDGE_FUNCTIONS:
                assert not calls(node) & INPUT_OUTPUT, f"{path.name}: {node.name}"


def test_a_room_imports_from_those_below_it_alone_and_nobody_from_a_stage():
    for path in PACKAGE:
        own = path.relative_to(HOUSE).with_suffix("").parts[0]
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("krisestat"):
                for room in node.module.split(".")[1:2] or [alias.name for alias in node.names]:
                    assert room == own != "stages" or FLOORS.index(room) > FLOORS.index(own), (path, node.module)


def test_every_room_has_a_floor():
    rooms = {path.relative_to(HOUSE).with_suffix("").parts[0] for path in PACKAGE} - {"__init__"}
    assert rooms <= {*FLOORS}


@pytest.mark.parametrize("stage", STAGES, ids=lambda p: p.stem)
def test_stage_rule_and_script_share_their_name(stage):
    assert stage.is_file()
    assert (PROJECT / "workflow" / "rules" / f"{stage.stem}.smk").is_file()
    assert "run" in {n.name for n in tree_of(stage).body if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize(
    "name",
    [
        *("draw", "render", "typeset", "manifest", "build.edition", "build.inventory", "base.modules"),
        *("tables.build", "figures.content"),
    ],
)
def test_light_modules_import_nothing_heavy_at_the_top(name):
    """Snakemake's own start and the stages that only fill in text must not pay for pandas or matplotlib."""
    from krisestat.base.modules import modules

    for path in modules(name):
        at_top = ast.Module([n for n in tree_of(PROJECT / path).body if isinstance(n, ast.Import | ast.ImportFrom)], [])
        top = {name.split(".")[0] for name in imports(at_top)}
        assert not (top & HEAVY) - {LOADED_LATE.get(path.removeprefix("scripts/krisestat/"))}, path


def test_every_import_of_a_stage_is_found():
    from krisestat.base.modules import modules

    assert {Path(p).stem for p in modules("compute")} >= {"compute", "contracts", "frames", "cubes", "count"}
    assert "scripts/krisestat/figures/charts.py" in modules("draw")  # imported inside a function
    assert "scripts/krisestat/figures/charts.py" not in modules("compute")


def test_the_reader_of_import_lines_agrees_with_the_syntax_tree():
    from krisestat.base.modules import _imports

    for path in PACKAGE:
        tree = tree_of(path)
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level], path
        named = imports(tree)
        named |= {f"{n.module}.{a.name}" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
        files = [PROJECT / "scripts" / f"{name.replace('.', '/')}.py" for name in named if name[:10] == "krisestat."]
        assert {f for f in files if f.is_file()} <= set(_imports(path)), path


def test_a_function_is_at_most_60_lines_or_says_why_it_is_one_piece():
    """From `def` to its last line, docstring included. A longer one ends its docstring with «One piece: » and the
    reason, as a sentence of at least five words; a shorter one has no such excuse to keep."""
    seen = 0
    for path in (path for folder in ("scripts", "tools", "benchmark") for path in (PROJECT / folder).rglob("*.py")):
        for function in ast.walk(tree_of(path)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                seen += 1
                reason = re.search(r"\bOne piece: (.+)\Z", ast.get_docstring(function) or "", re.DOTALL)
                long = function.end_lineno - function.lineno >= 60
                assert bool(reason and len(reason[1].split()) >= 5) == long, f"{path.name}: {function.name}"
    assert seen > 1000


def test_top_level_names_are_given():
    for name in ("Snakefile", "workflow", "scripts", "templates", "config.yaml", "data/raw", "tests", "README.md"):
        assert (PROJECT / name).exists(), name


# What the chapters of today are divided by and count, and the modules that may know it: texts and plug-ins of chapters
# and what reads and rewrites the names of earlier editions.
OF_A_CHAPTER = re.compile(r"(?<![a-zæøå])(instans|samarbeidsform|kvinner|menn|beboere|opphold)(?![a-zæøå])", re.I)
KNOW_A_CHAPTER = {
    *("agreements/skjema", "release/old_editions", "sheets/contracts", "statements/rewrite"),
}


def names_of_a_chapter(tree: ast.AST) -> set[str]:
    """Those of the words that stand in names, attributes, arguments or constants; docstrings are not counted."""
    texts = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and node.body
        if isinstance(node.body[0], ast.Expr)
    }
    said = [
        getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", None) or node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute | ast.keyword | ast.arg | ast.Constant) and node not in texts
    ]
    return {hit for text in said if isinstance(text, str) for hit in OF_A_CHAPTER.findall(text)}


def test_what_a_chapter_counts_is_declared_and_stands_in_few_modules():
    found = {
        path.relative_to(HOUSE).with_suffix("").as_posix() for path in PACKAGE if names_of_a_chapter(tree_of(path))
    }
    assert found == KNOW_A_CHAPTER and len(found) <= 8
