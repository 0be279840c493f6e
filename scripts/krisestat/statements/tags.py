"""`{% variant %}`: the first alternative whose condition holds is used, and the evidence says which."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context

# The condition that what the branch says is true.
TRUE = "sant"


class VariantTag(Extension):
    """`{% variant "navn" %}{% naar betingelse %}…{% naar sant %}…{% ellers %}…{% endvariant %}`.

    Compiles to an `if` chain whose branches tell the book of statements (the global `_bok`) where they begin and end.
    The condition `sant` is that everything the branch says can be said.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.tags = {"variant"}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Read the tag and its branches."""
        line = next(parser.stream).lineno
        name = parser.parse_expression()
        between = parser.parse_statements(("name:naar", "name:endvariant"), drop_needle=False)
        if not parser.stream.current.test("name:naar"):
            parser.fail("«variant» uten «naar»", line)
        if any(not isinstance(n, nodes.Output) or not all(_blank(x) for x in n.nodes) for n in between):
            parser.fail("tekst mellom «variant» og den første «naar»", line)
        branches: list[tuple[nodes.Expr, list[nodes.Node], int]] = []
        otherwise: list[nodes.Node] = []
        while True:
            token = next(parser.stream)
            if token.value == "naar":
                test = parser.parse_expression()
                body = parser.parse_statements(("name:naar", "name:ellers", "name:endvariant"), drop_needle=False)
                branches.append((test, self._within(name, len(branches) + 1, body, token.lineno), token.lineno))
            elif token.value == "ellers":
                body = parser.parse_statements(("name:endvariant",), drop_needle=False)
                otherwise = self._within(name, len(branches) + 1, body, token.lineno)
            else:
                break
        for number, (test, body, lineno) in reversed(list(enumerate(branches, 1))):
            if isinstance(test, nodes.Name) and test.name == TRUE:
                call = self._call("attempt", [name, nodes.Const(number)])
                said = nodes.Not(self._call("said", []))
                otherwise = [
                    nodes.CallBlock(call, [], [], body[1:-1], lineno=lineno),
                    *([nodes.If(said, otherwise, [], [], lineno=lineno)] if otherwise else []),
                ]
            else:
                otherwise = [nodes.If(test, body, [], otherwise, lineno=lineno)]
        return [self._tell("start_variant", [name], line), *otherwise]

    def _within(self, name: nodes.Expr, number: int, body: list[nodes.Node], line: int) -> list[nodes.Node]:
        return [self._tell("enter", [name, nodes.Const(number)], line), *body, self._tell("leave", [], line)]

    def _tell(self, method: str, args: list[nodes.Expr], line: int) -> nodes.Node:
        return nodes.ExprStmt(self._call(method, args), lineno=line).set_lineno(line)

    def _call(self, method: str, args: list[nodes.Expr]) -> nodes.Call:
        return self.call_method("ask", [nodes.ContextReference(), nodes.Const(method), *args])

    def ask(self, context: Context, method: str, *args: Any, **more: Any) -> Any:
        """Tell the book something, or ask it. Templates cannot: no name in them begins with «_»."""
        own = getattr(context.resolve("_bok"), method)
        return own(*args, **more) if callable(own) else own


def _blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.TemplateData) and not node.data.strip()
