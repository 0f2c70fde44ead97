"""The completion script for bash, 3.2 and later. It needs no other completion package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast_cli.completion.shared import WHERE
from holdfast_cli.completion.tree import Slot, Verb

_SCRIPT = r"""# bash completion of holdfast; made by `holdfast completion bash`

__holdfast_verb() {
    below= flags= values= files= dirs= choices= arguments=
    case $1 in
@CASES@
    *) return 1 ;;
    esac
}

# Sets kind (and words) to what follows the option $1: value, file, dir, words; empty for nothing.
__holdfast_follows() {
    local one
    kind= words=
    for one in $values; do [[ $one == "$1" ]] && kind=value; done
    for one in $files; do [[ $one == "$1" ]] && kind=file; done
    for one in $dirs; do [[ $one == "$1" ]] && kind=dir; done
    for one in $choices; do
        [[ ${one%%:*} == "$1" ]] && kind=words words=${one#*:} && words=${words//,/ }
    done
}

__holdfast_offer() {
    case $1 in
    words) COMPREPLY=($(compgen -W "$2" -- "$cur")) ;;
    file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
    dir) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur")) ;;
    release)
        local names
        names=$("${COMP_WORDS[0]/#\~/$HOME}" list -q --quiet ${where[@]+"${where[@]}"} 2>/dev/null)
        COMPREPLY=($(compgen -W "$names" -- "$cur"))
        ;;
    esac
}

_holdfast() {
    local cur=${COMP_WORDS[COMP_CWORD]} path= option= position=0 word i kind words
    local below flags values files dirs choices arguments
    local where=()
    COMPREPLY=()
    __holdfast_verb ""
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        [[ $word == "=" ]] && continue
        if [[ -n $option ]]; then
            case " @WHERE@ " in *" $option "*) where+=("$option" "$word") ;; esac
            option=
        elif [[ $word == -* ]]; then
            __holdfast_follows "$word"
            [[ -n $kind ]] && option=$word
        elif [[ " $below " == *" $word "* ]]; then
            path="${path:+$path }$word"
            __holdfast_verb "$path"
        else
            position=$((position + 1))
        fi
    done
    [[ $cur == "=" ]] && cur=
    if [[ -n $option ]]; then
        __holdfast_follows "$option"
        __holdfast_offer "$kind" "$words"
    elif [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    elif [[ -n $below ]]; then
        COMPREPLY=($(compgen -W "$below" -- "$cur"))
    else
        set -- $arguments
        (($# && position >= $#)) && position=$(($# - 1))
        [[ $# -gt 0 ]] && shift "$position" && word=$1 || word=
        words=${word#*:}
        __holdfast_offer "${word%%:*}" "${words//,/ }"
    fi
}

complete -F _holdfast holdfast
"""


def script(verbs: Sequence[Verb]) -> str:
    """The whole script."""
    cases = "\n".join(_case(verb) for verb in verbs)
    return _SCRIPT.replace("@CASES@", cases).replace("@WHERE@", " ".join(WHERE))


def _case(verb: Verb) -> str:
    sets = {
        "below": (name for name, _ in verb.below),
        "flags": verb.names(),
        "values": verb.names("value"),
        "files": verb.names("file"),
        "dirs": verb.names("dir"),
        "choices": _choices(verb),
        "arguments": (_argument(one) for one in verb.arguments),
    }
    texts = {name: " ".join(words) for name, words in sets.items()}
    lines = [f"        {name}='{text}'" for name, text in texts.items() if text]
    return "\n".join([f'    "{verb.path}")', *lines, "        ;;"])


def _choices(verb: Verb) -> Iterator[str]:
    for option in verb.options:
        if option.kind == "words":
            for name in option.names:
                yield f"{name}:{','.join(option.words)}"


def _argument(argument: Slot) -> str:
    # The words of a list stand after a colon; no shell splits at commas.
    return f"words:{','.join(argument.words)}" if argument.kind == "words" else argument.kind
