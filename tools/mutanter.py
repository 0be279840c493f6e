"""Faults sown in a package, one at a time in a copy of the project, to see that its tests find them.

`python -m tools.mutanter statements` sows twelve in krisestat.statements and runs tests/statements on each, as the
quick set does; `--antall`, `--fra` and `--tester` say how many, from which on, and what is run. The code alone settles
which they are. A fault that changes nothing that anyone can see survives rightly: a person judges those that do.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools import reproduser

# Seconds; a fault may make work that never ends.
_LONG = 900
QUICK = "not workflow and not document and not browser and not thorough"
OTHER: dict[type, type] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.And: ast.Or, ast.Or: ast.And},
}
Place = ast.expr | ast.stmt


def faults(tree: ast.Module) -> Iterator[tuple[Place, str]]:
    """Every fault that may be sown in a module: what is taken away, and the text in its place."""
    keys = [n.slice for n in ast.walk(tree) if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant)]
    columns = sorted({key.value for key in keys if isinstance(key.value, str)})
    # Python 3.11 does not know where the parts of an f-string stand.
    unplaced = {id(n) for f in ast.walk(tree) if isinstance(f, ast.JoinedStr) for n in ast.walk(f)}
    for node in (n for n in ast.walk(tree) if id(n) not in unplaced):
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OTHER:
                yield node, ast.unparse(ast.Compare(left, [OTHER[type(op)]()], [right]))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OTHER:
                yield node, f"({ast.unparse(ast.BinOp(left, OTHER[type(op)](), right))})"
            case ast.BoolOp(op=op, values=values):
                yield node, f"({ast.unparse(ast.BoolOp(OTHER[type(op)](), values))})"
            case ast.Constant(value=int() as number) if not isinstance(number, bool):
                yield node, str(number + 1)
            case ast.If(test=test) | ast.IfExp(test=test):
                yield test, f"(not ({ast.unparse(test)}))"
            case ast.Raise() | ast.Expr(value=ast.Call()):
                yield node, "pass"
            case ast.Subscript(slice=ast.Constant(value=str() as column) as key) if len(columns) > 1:
                yield key, repr(columns[(columns.index(column) + 1) % len(columns)])


def sown(text: bytes, place: Place, other: str) -> bytes:
    """A module's text with one fault in it."""
    lines = text.splitlines(keepends=True)
    start = len(b"".join(lines[: place.lineno - 1])) + place.col_offset
    end = len(b"".join(lines[: (place.end_lineno or 1) - 1])) + (place.end_col_offset or 0)
    return text[:start] + other.encode() + text[end:]


def found_by(root: Path, tests: Sequence[str]) -> str:
    """The first test that fails in a copy of the project, or nothing."""
    command = [sys.executable, "-m", "pytest", "-qx", "-m", QUICK, *tests]
    env = {"PATH": os.environ["PATH"], "HOME": str(root.parent), "PYTHONPATH": "scripts"}
    try:
        done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=_LONG)
    except subprocess.TimeoutExpired:
        return "kom ikke til en ende"
    told = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return told[0] if told else "" if done.returncode == 0 else "kunne ikke kjøres"


def main() -> int:
    """Sow and run; returns 1 when a fault survives."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutanter", description=__doc__)
    parser.add_argument("pakke", help="en pakke eller en modul i krisestat: «statements», «model/disclosure»")
    parser.add_argument("--antall", type=int, default=12)
    parser.add_argument("--fra", type=int, default=0)
    parser.add_argument("--tester", nargs="*", help="det som kjøres; ellers tests/<pakke>")
    asked, alive = parser.parse_args(), 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(reproduser.PROJECT, Path(folder) / "kopi", ignore=reproduser.LEFT_OUT))
        code = root / "scripts/krisestat" / asked.pakke
        modules = sorted(code.rglob("*.py")) or [code.with_suffix(".py")]
        sowable = [(path, *fault) for path in modules for fault in faults(ast.parse(path.read_bytes()))]
        sowable.sort(
            key=lambda one: hashlib.sha256(f"{one[0].name}{one[1].lineno}{ast.dump(one[1])}{one[2]}".encode()).digest()
        )
        for path, place, other in sowable[asked.fra : asked.fra + asked.antall]:
            text = path.read_bytes()
            path.write_bytes(sown(text, place, other))
            by = found_by(root, asked.tester or [f"tests/{asked.pakke.split('/')[0]}"])
            path.write_bytes(text)
            alive += not by
            where = f"{path.relative_to(root / 'scripts/krisestat')}:{place.lineno}"
            print(f"{'falt' if by else 'OVERLEVDE'} {where}: {ast.unparse(place)!r} -> {other!r} {by}", flush=True)
    return int(alive > 0)


if __name__ == "__main__":
    raise SystemExit(main())
