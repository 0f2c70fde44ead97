"""The completion script for PowerShell, with the help of every verb and option."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from holdfast_cli.completion.shared import WHERE, doubled
from holdfast_cli.completion.tree import Slot, Verb

_SCRIPT = r"""# PowerShell completion of holdfast; made by `holdfast completion powershell`

$HoldfastVerbs = @{
@VERBS@
}

Register-ArgumentCompleter -Native -CommandName holdfast -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    $before = @($words | Select-Object -Skip 1)
    if ($wordToComplete -ne '' -and $before.Count -gt 0) {
        $before = @($before | Select-Object -SkipLast 1)
    }
    $path = ''; $option = ''; $position = 0; $where = @()
    foreach ($word in $before) {
        if ($option -ne '') {
            if (@(@WHERE@) -ccontains $option) { $where += $option, $word }
            $option = ''
        } elseif ($word.StartsWith('-')) {
            if ($HoldfastVerbs[$path].Follows.Contains($word)) { $option = $word }
        } elseif ($HoldfastVerbs[$path].Below.Contains($word)) {
            $path = "$path $word".Trim()
        } else {
            $position++
        }
    }
    $verb = $HoldfastVerbs[$path]
    $offered = [ordered]@{}
    $kind = ''
    if ($option -ne '') {
        $kind = $verb.Follows[$option]
    } elseif ($wordToComplete.StartsWith('-')) {
        $offered = $verb.Options
    } elseif ($verb.Below.Count -gt 0) {
        $offered = $verb.Below
    } elseif ($verb.Arguments.Count -gt 0) {
        $kind = $verb.Arguments[[Math]::Min($position, $verb.Arguments.Count - 1)]
    }
    if ($kind -eq 'release') {
        & $words[0] list -q --quiet @where 2>$null | ForEach-Object { $offered[$_] = 'release' }
    } elseif ($kind.StartsWith('words:')) {
        $kind.Substring(6).Split(',') | ForEach-Object { $offered[$_] = $_ }
    }
    # Where nothing is offered, PowerShell offers files.
    $offered.Keys | Where-Object { $_ -clike "$wordToComplete*" } | ForEach-Object {
        $help = if ($offered[$_]) { $offered[$_] } else { $_ }
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $help)
    }
}
"""


def script(verbs: Sequence[Verb]) -> str:
    """The whole script."""
    rows = "\n".join(_row(verb) for verb in verbs)
    where = ", ".join(map(doubled, WHERE))
    return _SCRIPT.replace("@VERBS@", rows).replace("@WHERE@", where)


def _row(verb: Verb) -> str:
    options = ((name, one.help) for one in verb.options for name in one.names)
    follows = (
        (name, _kind(one)) for one in verb.options if one.kind != "flag" for name in one.names
    )
    arguments = ", ".join(doubled(_kind(one)) for one in verb.arguments)
    return "\n".join(
        [
            f"    {doubled(verb.path)} = @{{",
            f"        Below = {_table(verb.below)}",
            f"        Options = {_table(options)}",
            f"        Follows = {_table(follows)}",
            f"        Arguments = @({arguments})",
            "    }",
        ]
    )


def _table(pairs: Iterable[tuple[str, str]]) -> str:
    """An ordered table that knows upper and lower case apart: `[ordered]@{}` takes -A for -a."""
    new = "[System.Collections.Specialized.OrderedDictionary]::new([StringComparer]::Ordinal)"
    return f"& {{ {'; '.join((f'$t = {new}', *_added(pairs), '$t'))} }}"


def _added(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for key, text in pairs:
        yield f"$t.Add({doubled(key)}, {doubled(text)})"


def _kind(slot: Slot) -> str:
    return f"words:{','.join(slot.words)}" if slot.kind == "words" else slot.kind
