"""Templates of messages, which anybody may edit: Jinja2 that can read facts, do nothing else, and not run for long."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    meta,
    nodes,
)
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from onrecord.problems import Place, did_you_mean

T = TypeVar("T")
MAX_STEPS = 2_000
"""Turns of loops, calls and inclusions that one message may take."""
MAX_LETTERS = 200_000
"""Letters that the values of one message may add up to, on their way through variables included."""
MAX_SOURCE = 20_000
"""The longest template, in letters."""
_UNKNOWN = re.compile(r"'(\w+)' is undefined")
_UNSAFE = re.compile(r"attribute '(\w+)'")


class Source(NamedTuple):
    """A template as it was read, and the path that people know it by."""

    text: str
    path: str


class TemplateFault(Exception):
    """A template that cannot be rendered: where, what is wrong, and (`hint`) what to do."""

    def __init__(self, place: Place, message: str, hint: str) -> None:
        super().__init__(f"{place.path}:{place.line}: {message}; {hint}")
        self.place = place
        self.message = message
        self.hint = hint


class Sandbox:
    """Renders templates that are found by name. For one thread at a time.

    `readable` says whether a template may read an attribute of a value; no method can be called,
    no filter reaches beyond the value, and loops, recursion and growth end at a budget.
    """

    def __init__(
        self, find: Callable[[str], Source | None], *, readable: Callable[[object, str], bool], filters: Mapping[str, Callable[..., object]]
    ) -> None:
        self._paths: dict[str, str] = {}
        self._environment = _Bounded(_Found(find, self._paths), readable, filters)

    def render(self, name: str, facts: Mapping[str, object]) -> str:
        """The text of that template.

        Raises:
            TemplateFault: it breaks a rule of the language, names what is not there, or runs out of its budget.
        """
        return self._guarded(name, facts, lambda template: template.render(facts))

    def phrases(self, name: str, facts: Mapping[str, object]) -> dict[str, str]:
        """What each macro of that template says, by its name; only macros without arguments count.

        Raises:
            TemplateFault: as in `render`.
        """

        def said(template: Template) -> dict[str, str]:
            module = template.make_module(dict(facts))
            macros = {key: value for key, value in vars(module).items() if isinstance(value, Macro) and not value.arguments}
            return {key: str(macro()).strip() for key, macro in macros.items()}

        return self._guarded(name, facts, said)

    def look(self, name: str, known: Collection[str]) -> None:
        """Reads that template without rendering it.

        Raises:
            TemplateFault: it breaks a rule of the language, or names what is not known.
        """

        def names(template: Template) -> None:
            tree = self._environment.parse(self._environment.source_of(str(template.name)))
            unknown = meta.find_undeclared_variables(tree) - set(known)
            for found in tree.find_all(nodes.Name):
                if found.name in unknown:
                    place = Place(self._paths.get(name, name), found.lineno)
                    raise TemplateFault(place, f"nothing is called `{found.name}`", did_you_mean(found.name, known))

        self._guarded(name, dict.fromkeys(known), names)

    def _guarded(self, name: str, facts: Mapping[str, object], work: Callable[[Template], T]) -> T:
        self._environment.renew()
        try:
            return work(self._environment.get_template(name))
        except RecursionError as error:
            raise self._fault(name, error, "the template calls itself without end", "take the circle out") from None
        except TemplateSyntaxError as error:
            place = Place(self._paths.get(error.name or name, name), error.lineno)
            raise TemplateFault(place, error.message or "this is no template", "mend the braces here") from None
        except TemplateNotFound as error:
            hint = did_you_mean(str(error.name), self._paths) or "name a template that is there"
            raise self._fault(name, error, f"there is no template `{error.name}`", hint) from None
        except TemplateFault:
            raise
        except Exception as error:  # whatever it is, the template brought it about: Jinja and Python refuse in many ways
            raise self._fault(name, error, *_why(error, facts)) from None

    def _fault(self, name: str, error: BaseException, message: str, hint: str) -> TemplateFault:
        known = set(self._paths.values())
        lines = [(frame.filename, frame.lineno or 1) for frame in traceback.extract_tb(error.__traceback__) if frame.filename in known]
        path, line = lines[-1] if lines else (self._paths.get(name, name), 1)
        return TemplateFault(Place(path, line), message, hint)


def _why(error: BaseException, names: Collection[str]) -> tuple[str, str]:
    """What is wrong in plain words, and what to do."""
    text = str(error)
    if found := _UNKNOWN.search(text):
        return f"nothing is called `{found[1]}`", did_you_mean(found[1], names)
    if isinstance(error, SecurityError) and (found := _UNSAFE.search(text)):
        return f"`{found[1]}` cannot be read in a message", "use the facts that the manual lists for messages"
    if isinstance(error, SecurityError):
        return text, "a message can read facts and nothing else"
    return text, "mend the expression"


class _Found(BaseLoader):
    """Finds templates by name, and remembers where they lie."""

    def __init__(self, find: Callable[[str], Source | None], paths: dict[str, str]) -> None:
        self._find = find
        self._paths = paths

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        found = self._find(template)
        if found is None:
            raise TemplateNotFound(template)
        self._paths[template] = found.path
        if len(found.text) > MAX_SOURCE:
            raise TemplateSyntaxError(f"this has more than {MAX_SOURCE:,} letters, which is no message any more", 1, template)
        return found.text, found.path, lambda: True


class _Bounded(ImmutableSandboxedEnvironment):
    """The sandbox with a budget: each turn of a loop, call, inclusion and value that is written is counted."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, loader: _Found, readable: Callable[[object, str], bool], filters: Mapping[str, Callable[..., object]]) -> None:
        super().__init__(
            loader=loader, undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, optimized=False, finalize=self._written
        )
        self._found = loader
        self._readable = readable
        self.filters = {name: self._filter(work) for name, work in filters.items()}
        self.globals = {}
        self.renew()

    def source_of(self, name: str) -> str:
        """The text of that template."""
        return self._found.get_source(self, name)[0]

    def renew(self) -> None:
        self._steps, self._letters = MAX_STEPS, MAX_LETTERS

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002
        if isinstance(obj, LoopContext):
            return not attr.startswith("_")
        return self._readable(obj, attr)

    def is_safe_callable(self, obj: Any) -> bool:
        return isinstance(obj, (Macro, LoopContext, BlockReference)) or obj in (self.counted, self.joined)

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  the names are Jinja2's
        __self._step()
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not all(isinstance(value, (int, float)) and abs(value) < 1e12 for value in (left, right)):
            raise SecurityError(f"`{operator}` is for numbers; write texts one after the other, or join them with `~`")
        return super().call_binop(context, operator, left, right)

    def counted(self, values: Iterable[Any]) -> Iterator[Any]:
        """What a loop goes through."""
        for value in values:
            self._step()
            yield value

    def joined(self, *values: object) -> str:
        """What `~` puts together."""
        return "".join(str(self._written(value)) for value in values)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Count().visit(tree)
        return tree

    def _load_template(self, name: str, globals: Any) -> Template:
        self._step()
        return super()._load_template(name, globals)

    def _filter(self, work: Callable[..., object]) -> Callable[..., object]:
        def counted(value: object, *arguments: object) -> object:
            self._step()
            return work(str(self._written(value)), *arguments)

        return counted

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise SecurityError(f"this takes more than {MAX_STEPS:,} steps")

    def _written(self, value: Any) -> Any:
        if value is None:
            return ""
        if not isinstance(value, (str, int, float, Undefined, Macro)):
            raise SecurityError("only texts and numbers can be written; name one of its parts, as in `felt.names`")
        self._letters -= len(value) if isinstance(value, str) else 20
        if self._letters < 0:
            raise SecurityError(f"this writes more than {MAX_LETTERS:,} letters")
        return value


class _Count(NodeTransformer):
    """Leads loops and `~` through the budget, and lets nobody build what grows without being written."""

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802  the names are Jinja2's
        return _only_constants(node, node.items)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        return node if node.ctx == "store" else _only_constants(node, node.items)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        return _only_constants(node, node.items)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  the names are Jinja2's
        self.generic_visit(node)
        node.iter = _call("counted", [node.iter], node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _call("joined", node.nodes, node.lineno)


def _only_constants(node: nodes.Expr, items: Sequence[nodes.Node]) -> nodes.Expr:
    if all(isinstance(item, nodes.Const) for item in items):
        return node
    raise TemplateSyntaxError("a list may hold nothing but constants, as in `(\"identified\", \"monitoring\")`", node.lineno)


def _call(name: str, arguments: Sequence[nodes.Node], line: int) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name), list(arguments), [], None, None, lineno=line)
