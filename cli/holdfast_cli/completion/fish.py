"""The completion script for fish, with the help of every verb and option."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast_cli.completion.shared import WHERE, escaped
from holdfast_cli.completion.tree import Slot, Verb

_SCRIPT = r"""# fish completion of holdfast; made by `holdfast completion fish`

# The verbs below $argv, and its options that are followed by a value.
function __holdfast_below
    switch "$argv"
@BELOW@
    end
end

function __holdfast_valued
    switch "$argv"
@VALUED@
    end
end

# What stands before the cursor: the verb, then how many arguments it has already.
function __holdfast_line
    set -l verb
    set -l position 0
    set -l option ''
    for word in (commandline -opc)[2..-1]
        if test -n "$option"
            set option ''
        else if string match -q -- '-*' $word
            contains -- $word (__holdfast_valued $verb); and set option $word
        else if contains -- $word (__holdfast_below $verb)
            set -a verb $word
        else
            set position (math $position + 1)
        end
    end
    echo "$verb"
    echo $position
end

function __holdfast_is
    set -l line (__holdfast_line)
    test "$line[1]" = "$argv[1]"
end

# Whether the argument at place $argv[2] of the verb $argv[1] comes next; $argv[3] are how many.
function __holdfast_at
    string match -q -- '-*' (commandline -ct); and return 1
    set -l line (__holdfast_line)
    test "$line[1]" = "$argv[1]"; or return 1
    test $line[2] -eq $argv[2]; or test $argv[2] -eq (math $argv[3] - 1) -a $line[2] -gt $argv[2]
end

function __holdfast_releases
    set -l words (commandline -opc)
    set -l where
    for i in (seq 2 (count $words))
        set -l option (string replace -r '=.*' '' -- $words[$i])
        if contains -- $option @WHERE@
            set -a where $words[$i]
            string match -q -- '*=*' $words[$i]; or set -a where $words[(math $i + 1)]
        end
    end
    $words[1] list -q --quiet $where 2>/dev/null
end

complete -c holdfast -f
"""


def script(verbs: Sequence[Verb]) -> str:
    """The whole script."""
    below = ((verb.path, [name for name, _ in verb.below]) for verb in verbs)
    valued = ((verb.path, verb.names("value", "file", "dir", "words")) for verb in verbs)
    head = _SCRIPT.replace("@BELOW@", _switch(below)).replace("@VALUED@", _switch(valued))
    everywhere = verbs[0].options
    common = (f"complete -c holdfast {_described(one)}" for one in everywhere)
    lines = (*common, *(line for verb in verbs for line in _lines(verb, everywhere)))
    return "\n".join([head.replace("@WHERE@", " ".join(WHERE)), *lines]) + "\n"


def _switch(cases: Iterator[tuple[str, Sequence[str]]]) -> str:
    rows = (
        f"        case {escaped(path)}\n            printf '%s\\n' {' '.join(words)}"
        for path, words in cases
        if words
    )
    return "\n".join(rows)


def _lines(verb: Verb, everywhere: Sequence[Slot]) -> Iterator[str]:
    here = f"complete -c holdfast -n {escaped(f'__holdfast_is {escaped(verb.path)}')}"
    for name, help in verb.below:
        yield f"{here} -a {name} -d {escaped(help)}"
    for option in verb.options:
        if option not in everywhere:
            yield f"{here} {_described(option)}"
    count = len(verb.arguments)
    for place, argument in enumerate(verb.arguments):
        at = escaped(f"__holdfast_at {escaped(verb.path)} {place} {count}")
        if offered := _offered(argument):
            yield f"complete -c holdfast -n {at} {offered}"


def _described(option: Slot) -> str:
    names = " ".join(map(_name, option.names))
    return f"{names} {_value(option)}-d {escaped(option.help)}"


def _name(name: str) -> str:
    return f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"


def _value(option: Slot) -> str:
    """How the value of an option is completed: -x is one that no file is offered for."""
    kinds = {
        "flag": "",
        "value": "-x ",
        "file": "-r -F ",
        "dir": "-x -a '(__fish_complete_directories)' ",
        "words": f"-x -a {escaped(' '.join(option.words))} ",
    }
    return kinds[option.kind]


def _offered(argument: Slot) -> str:
    if argument.kind == "release":
        return "-a '(__holdfast_releases)'"
    if argument.kind == "words":
        return f"-a {escaped(' '.join(argument.words))}"
    return "-F" if argument.kind == "file" else ""
