"""How templates become Python: the same as Jinja2 makes of them, without its detours where Python itself has a way.

Attributes, items and calls are written as Python writes them. What Jinja2 would have found on a
second try (a key where there is no such attribute, say) fails here; then `Templates` renders the
page as Jinja2 compiles it. All that is put out is escaped as before.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from keyword import iskeyword
from pathlib import Path

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

FINGERPRINT = sha256(Path(__file__).read_bytes()).hexdigest()[:8]
"""What differs when templates become other Python."""
NO_SHORT_WAY = (AttributeError, LookupError, NameError, TypeError)
"""What compiled templates raise where Jinja2 would go on looking."""


def escaped(value: object) -> str:
    """The text of what a template puts out: markup as it is, anything else with its signs escaped."""
    kind = type(value)
    if kind is str:
        # Five searches for one sign each are faster than one call that looks for all of them.
        signs = "&" in value or "<" in value or ">" in value or '"' in value or "'" in value  # type: ignore[operator]
        return escape(value) if signs else value  # type: ignore[return-value]
    return value if kind is Markup else escape(value)  # type: ignore[return-value]


class DirectMacro(Macro):
    """A macro that is entered at once where its arguments are given by their places."""

    def __init__(  # noqa: PLR0917  so Jinja2 calls it
        self,
        environment: Environment,
        func: Callable[..., str],
        name: str,
        arguments: list[str],
        catch_kwargs: bool,
        catch_varargs: bool,
        caller: bool,
        default_autoescape: bool | None = None,
    ) -> None:
        super().__init__(environment, func, name, arguments, catch_kwargs, catch_varargs, caller, default_autoescape)
        plain = not (catch_kwargs or catch_varargs or caller) and default_autoescape is True
        self._enter = func
        self._places = len(arguments) if plain else -1

    def __call__(self, *args: object, **kwargs: object) -> str:
        left = self._places - len(args)
        if left < 0 or kwargs:
            return super().__call__(*args, **kwargs)
        return str.__new__(Markup, self._enter(*args, *[missing] * left) if left else self._enter(*args))


class DirectCode(CodeGenerator):
    """Writes the Python of one template."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  the names are Jinja2's
        self._macros = {macro.name for macro in node.find_all(nodes.Macro)}
        super().visit_Template(node, frame)

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escaped, Macro = environment.escaped, environment.macro")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        number = isinstance(node.node, nodes.Const) and not isinstance(node.node.value, str)
        if not node.attr.isascii() or iskeyword(node.attr) or number:
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        if isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self.visit(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Calls methods and macros; anything else that has a name may want the context, too."""
        known = isinstance(node.node, nodes.Getattr) or (isinstance(node.node, nodes.Name) and node.node.name in self._macros)
        special = forward_caller or node.dyn_args or node.dyn_kwargs or any(iskeyword(pair.key) for pair in node.kwargs)
        if special or not known or not _escapes(frame):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802
        """Puts out all pieces at once, those that are known by now as one text."""
        if frame.require_output_check or self.environment.finalize or not _escapes(frame):
            super().visit_Output(node, frame)
            return
        pieces = _pieces(node, frame)
        one = len(pieces) == 1
        if frame.buffer is None:
            before, after = ("yield ", "") if one else ("yield ''.join((", "))")
        else:
            before, after = (f"{frame.buffer}.append(", ")") if one else (f"{frame.buffer}.extend((", "))")
        self.writeline(before, node)
        for piece in pieces:
            self._write_piece(piece, frame)
            self.write("" if one else ", ")
        self.write(after)

    def _write_piece(self, piece: str | nodes.Expr, frame: Frame) -> None:
        if isinstance(piece, str):
            self.write(repr(piece))
            return
        self.write("escaped(")
        self.visit(piece, frame)
        self.write(")")


def _escapes(frame: Frame) -> bool:
    """Whether output is escaped there for certain."""
    return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile


def _pieces(node: nodes.Output, frame: Frame) -> list[str | nodes.Expr]:
    """What is put out, in order: finished texts, none beside another, and what is known only when the page is made."""
    found: list[str | nodes.Expr] = []
    for child in node.nodes:
        try:
            text = str(escape(child.as_const(frame.eval_ctx)))
        except Exception:
            # As in Jinja2: no constant, or an error that is better understood where the page is made.
            found.append(child)
            continue
        if found and isinstance(found[-1], str):
            found[-1] += text
        else:
            found.append(text)
    return found
