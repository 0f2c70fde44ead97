"""What the scripts need alike: quoting, and the options that say where releases are."""

from __future__ import annotations

# They stand before TAB, and `list` has to be told them.
WHERE = ("-n", "--namespace", "--cluster", "--kubeconfig", "--context", "--server", "--token",
         "--ca-file", "--as", "--as-group")  # fmt: skip


def single(text: str) -> str:
    """`text` in single quotes for zsh: a quote in it ends them, and starts them again."""
    return "'" + text.replace("'", "'\\''") + "'"


def doubled(text: str) -> str:
    """`text` in single quotes for PowerShell, where a quote in it is written twice."""
    return "'" + text.replace("'", "''") + "'"


def escaped(text: str) -> str:
    """`text` in single quotes for fish, where a backslash guards quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
