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
from types import FunctionType

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
    if kind is Markup:
        return value  # type: ignore[return-value]
    return str(value) if kind is int else escape(value)


def direct_macro(  # noqa: PLR0917  so Jinja2 calls it
    environment: Environment,
    func: FunctionType,
    name: str,
    arguments: list[str],
    catch_kwargs: bool,
    catch_varargs: bool,
    caller: bool,
    default_autoescape: bool | None = None,
) -> Callable[..., str]:
    """A macro that is nothing but its own function, where it takes plain arguments; `by_name` is the one that knows their names."""
    if default_autoescape is not True:
        raise TypeError(f"what the macro {name} returns is no markup")  # the short way takes it for markup
    macro = Macro(environment, func, name, arguments, catch_kwargs, catch_varargs, caller, default_autoescape)
    if catch_kwargs or catch_varargs or caller:
        return macro
    func.__defaults__ = (missing,) * len(arguments)
    func.by_name = macro  # type: ignore[attr-defined]
    return func


def by_name(called: Callable[..., object]) -> Callable[..., object]:
    """The same to be called with names: a direct macro does not know those of its own arguments."""
    return getattr(called, "by_name", called)


def new_markup(text: str) -> Markup:
    """That text as markup, as it is."""
    return str.__new__(Markup, text)


class DirectCode(CodeGenerator):
    """Writes the Python of one template."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  the names are Jinja2's
        given: set[str] = set()
        self._macros: set[str] = set()
        self._imports: set[str] = set()
        for one in node.find_all((nodes.Name, nodes.Macro, nodes.Import)):  # in one walk, for the tree is large
            match one:
                case nodes.Macro():
                    self._macros.add(one.name)
                case nodes.Import():
                    self._imports.add(one.target)
                case nodes.Name(ctx=ctx) if ctx != "load":
                    given.add(one.name)
        self._macros -= given
        self._imports -= given
        super().visit_Template(node, frame)

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escaped, Macro, by_name, new_markup = environment.direct")

    def return_buffer_contents(self, frame: Frame, force_unescaped: bool = False) -> None:
        """A macro, which alone forces this, returns what is markup by itself."""
        if force_unescaped and _escapes(frame):
            self.writeline(f"return new_markup(concat({frame.buffer}))")
        else:
            super().return_buffer_contents(frame, force_unescaped)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        number = isinstance(node.node, nodes.Const) and not isinstance(node.node.value, str)
        if not node.attr.isascii() or iskeyword(node.attr) or number:
            super().visit_Getattr(node, frame)
            return
        self._visit_owner(node.node, frame)
        self.write(f".{node.attr}")

    def _visit_owner(self, node: nodes.Expr, frame: Frame) -> None:
        """What has the attribute or the item. A name is written as it is: one that nobody gave has neither, and so leaves the short way."""
        if isinstance(node, nodes.Name) and node.ctx == "load":
            self.write(frame.symbols.ref(node.name))
        else:
            self.visit(node, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        if isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self._visit_owner(node.node, frame)
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
        self.write("by_name(" if node.kwargs else "")
        self.visit(node.node, frame)
        self.write(")(" if node.kwargs else "(")
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
        marked = self._is_markup(piece)
        self.write("" if marked else "escaped(")
        self.visit(piece, frame)
        self.write("" if marked else ")")

    def _is_markup(self, piece: nodes.Expr) -> bool:
        """Whether that can be nothing but markup: what a macro returns, or a filter of which it is known."""
        if isinstance(piece, nodes.Filter):
            return piece.name in self.environment.marked  # type: ignore[attr-defined]
        if not isinstance(piece, nodes.Call):
            return False
        called = piece.node
        if isinstance(called, nodes.Getattr):
            return isinstance(called.node, nodes.Name) and called.node.name in self._imports
        return isinstance(called, nodes.Name) and called.name in self._macros


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
