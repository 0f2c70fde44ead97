"""The completion script for zsh, with the help of every verb and option."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from holdfast_cli.completion.shared import WHERE, single
from holdfast_cli.completion.tree import Slot, Verb

_SCRIPT = r"""#compdef holdfast
# zsh completion of holdfast; made by `holdfast completion zsh`

__holdfast_verb() {
    below=() flags=() follows=() arguments=()
    case $1 in
@CASES@
    esac
}

__holdfast_offer() {
    case ${1%%:*} in
    words) compadd -- ${(s:,:)1#*:} ;;
    file) _files ;;
    dir) _files -/ ;;
    release) compadd -- ${(f)"$(${words[1]} list -q --quiet $where 2>/dev/null)"} ;;
    esac
}

_holdfast() {
    local cur=${words[CURRENT]} verb= option= word
    local -i position=0 i
    local -a below flags arguments where
    local -A follows
    __holdfast_verb ''
    for ((i = 2; i < CURRENT; i++)); do
        word=${words[i]}
        if [[ -n $option ]]; then
            [[ " @WHERE@ " == *" $option "* ]] && where+=($option $word)
            option=
        elif [[ $word == --*=* ]]; then
            [[ " @WHERE@ " == *" ${word%%=*} "* ]] && where+=($word)
        elif [[ $word == -* ]]; then
            [[ -n ${follows[$word]} ]] && option=$word
        elif (( ${#below:#^$word:*} )); then
            verb="${verb:+$verb }$word"
            __holdfast_verb $verb
        else
            (( position++ ))
        fi
    done
    if [[ -z $option && $cur == --*=* ]]; then
        option=${cur%%=*}
        compset -P '*='
    fi
    if [[ -n $option ]]; then
        __holdfast_offer ${follows[$option]}
    elif [[ $cur == -* ]]; then
        _describe -o option flags
    elif (( $#below )); then
        _describe verb below
    elif (( $#arguments )); then
        (( position >= $#arguments )) && position=$(( $#arguments - 1 ))
        __holdfast_offer ${arguments[position + 1]}
    fi
}

if [[ $funcstack[1] == _holdfast ]]; then
    _holdfast "$@"
elif (( $+functions[compdef] )); then
    compdef _holdfast holdfast
fi
"""


def script(verbs: Sequence[Verb]) -> str:
    """The whole script."""
    cases = "\n".join(_case(verb) for verb in verbs)
    return _SCRIPT.replace("@CASES@", cases).replace("@WHERE@", " ".join(WHERE))


def _case(verb: Verb) -> str:
    sets = {
        "below": _described(verb.below),
        "flags": _described((name, one.help) for one in verb.options for name in one.names),
        "follows": _follows(verb),
        "arguments": (single(_kind(one)) for one in verb.arguments),
    }
    texts = {name: " ".join(words) for name, words in sets.items()}
    lines = [f"        {name}=({text})" for name, text in texts.items() if text]
    return "\n".join([f"    {single(verb.path)})", *lines, "        ;;"])


def _described(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Names with their help, as _describe reads them: a colon in between, and none in a name."""
    for name, help in pairs:
        yield single(f"{name}:{help}")


def _follows(verb: Verb) -> Iterator[str]:
    for option in verb.options:
        if option.kind != "flag":
            for name in option.names:
                yield f"{name} {single(_kind(option))}"


def _kind(slot: Slot) -> str:
    return f"words:{','.join(slot.words)}" if slot.kind == "words" else slot.kind
