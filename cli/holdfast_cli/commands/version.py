"""`holdfast version`."""

from __future__ import annotations

import click

from holdfast_cli.options import Globals, global_options, output_option
from holdfast_cli.output.emit import emit


@click.command("version")
@output_option
@global_options
@click.pass_obj
def command(flags: Globals, output: str) -> None:
    """Print the version."""
    import platform

    from holdfast import __version__

    data = {
        "schema": "holdfast/version/v1",
        "version": __version__,
        "python": platform.python_version(),
    }
    emit(flags.console(output), data, lambda: __version__)
