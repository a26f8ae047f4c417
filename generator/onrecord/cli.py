"""The command line: the verbs, and what each exit code means."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from onrecord import __version__

VERBS = {
    "announce": "Tell each channel what is new on the page.",
    "audit": "Show what was changed after it was said, and what does not fit.",
    "build": "Write the site.",
    "check": "Find what is wrong before readers do.",
    "doctor": "Find what is missing or stale around the page.",
    "drill": "Rehearse an outage, with a score at the end.",
    "export": "Write the history in the files of another system.",
    "init": "Begin a status repository of your own.",
    "import": "Bring a history from another system.",
    "messages": "Say the same in the words of each channel.",
    "intake": "Make a draft of an alert.",
    "open": "Say that something is wrong.",
    "postmortem": "Write down what happened, and what you change.",
    "publish": "Put the site on a host from here.",
    "report": "Account for a month: uptime, credits, promises, times.",
    "resolve": "Say that it is over.",
    "schedule": "Announce a maintenance.",
    "schema": "Write the JSON Schemas of the files, for editors.",
    "serve": "Show the site while you write, with live reload.",
    "update": "Say what is new, or that nothing is.",
    "upgrade": "Bring workflows and settings up to this version.",
    "verify": "Prove that a published site is what its commit makes.",
}
"""Each verb and its one-line help. `import` and other Python words live in modules with a trailing underscore."""

_SPEAKING = ("open", "update", "resolve", "schedule", "messages", "postmortem")
"""The verbs of those who are in a hurry, in the order in which they are needed."""
EXIT_DATA, EXIT_USAGE, EXIT_BUG = 1, 2, 3


class Verbs(click.Group):
    """A group that imports a verb only when it is used, so that `--help` starts fast."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(VERBS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        module = import_module(f"onrecord.commands.{name}_" if name == "import" else f"onrecord.commands.{name}")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does; of a verb that there is not, the nearest one is named."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from onrecord.problems import did_you_mean

            near = did_you_mean(args[0], VERBS)
            raise click.UsageError(f"there is no verb `{args[0]}`; {near if near.startswith('did you mean') else 'these are listed by --help'}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        wide = max(map(len, VERBS))
        with formatter.section("To say something to customers"):
            formatter.write_dl([(f"{name:<{wide}}", VERBS[name]) for name in _SPEAKING])
        with formatter.section("For everything else"):
            formatter.write_dl([(f"{name:<{wide}}", line) for name, line in sorted(VERBS.items()) if name not in _SPEAKING])


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="onrecord")
@click.option("-C", "root", metavar="DIR", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Run in that repository.")
@click.pass_context
def cli(ctx: click.Context, root: Path) -> None:
    """A status page kept in git: fast to speak, honest about time, impossible to rewrite quietly."""
    ctx.obj = root.resolve()
    if (ctx.obj / ".drill" / "state.json").exists():
        _keep_clock(ctx)


def _keep_clock(ctx: click.Context) -> None:
    """In the folder of a drill every verb goes by the drill's clock."""
    from onrecord.drills.state import NoDrill, read_state
    from onrecord.times import keeping

    try:
        ctx.with_resource(keeping(read_state(ctx.obj).clock))
    except NoDrill as error:
        raise click.UsageError(f"{error}\n  {error.hint}") from None


def _bad_time() -> type[Exception]:
    """What a clock raises that cannot be true; only asked where something was raised, since its module is not needed to say so little."""
    from onrecord.times import BadTime

    return BadTime


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb. Exit 0 done, 1 the data has problems, 2 wrong usage, 3 a bug of ours, 130 stopped by Ctrl-C."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # we have none, and looking for them takes as long as reading a record
    try:
        result = cli.main(args=list(arguments) if arguments is not None else None, prog_name="onrecord", standalone_mode=False)
        code = result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.UsageError as error:
        error.show()
        if "unexpected extra argument" in error.message:
            click.echo('  a text of several words stands in quotes: "Checkout errors"', err=True)
        code = EXIT_USAGE
    except click.ClickException as error:
        error.show()
        code = EXIT_DATA
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        code = 130
    except BrokenPipeError:
        code = 0
        sys.stderr.close()
    except _bad_time() as error:
        click.echo(f"Error: {error}\n  set the clock, or say with --now which time it is", err=True)
        code = EXIT_USAGE
    except ModuleNotFoundError as error:
        click.echo(f"Error: the package `{error.name}` is not installed, and onrecord needs it\n  install onrecord anew with all that it needs: pip install --force-reinstall onrecord", err=True)
        code = EXIT_USAGE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"Error: {where}{error.strerror or error}\n  the system refused it: make room or mend the rights, then type the same again", err=True)
        code = EXIT_DATA
    except Exception:
        import traceback

        traceback.print_exc()
        click.echo(
            f"\nThis is a bug in onrecord {__version__}, not in your files. Please report the lines above and the command that you ran.",
            err=True,
        )
        code = EXIT_BUG
    if arguments is None:
        sys.exit(code)
    return code
