"""The verbs, as a table: `--help` imports no command."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "abandon": ("abandon", "Undo an operation that was interrupted"),
    "adopt": ("adopt", "Make a release of objects that kubectl or Helm made"),
    "completion": ("completion", "Print a completion script for your shell"),
    "create": ("create", "Write a chart that installs as it is"),
    "dependency": ("dependency", "Show and lock the charts that a chart depends on"),
    "diff": ("diff", "Show what a verb would change, before it does"),
    "env": ("env", "List the environment variables that holdfast reads"),
    "get": ("get", "Print what a release's stored revision holds"),
    "history": ("history", "List a release's revisions"),
    "install": ("install", "Install a chart as a new release"),
    "lint": ("lint", "Look for mistakes in charts"),
    "list": ("list", "List the releases"),
    "logs": ("logs", "Print what a release's pods have written"),
    "restart": ("restart", "Restart a workload's pods, or the one of an ordinal"),
    "resume": ("resume", "Finish an operation that was interrupted"),
    "rollback": ("rollback", "Take a release back to an earlier revision"),
    "scale": ("scale", "Bring a workload to another number of replicas, one by one"),
    "schema": ("schema", "Make a chart's schema from its values, or check that they agree"),
    "show": ("show", "Print a chart's own files"),
    "status": ("status", "Show a release with its objects, ordinals and claims"),
    "template": ("template", "Render a chart, without a cluster"),
    "test": ("test", "Run a release's tests"),
    "uninstall": ("uninstall", "Remove a release; its claims are kept"),
    "upgrade": ("upgrade", "Change a release to another chart version or other values"),
    "values": ("values", "Print a chart's final values and where they come from"),
    "version": ("version", "Print the version"),
}
"""By name: the module under holdfast_cli.commands, and one line of help."""
