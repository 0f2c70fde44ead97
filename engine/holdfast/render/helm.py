"""What a chart's author writes out of Helm's habit, and how it is said here: for hints alone.

The names are Helm's own and Sprig's. A usage stands in backticks and is an expression of this
language; other texts say why there is none, or that none is needed.
"""

from __future__ import annotations

import re

_USAGES = """
trimAll: v | trim(chars)
trimall: v | trim(chars)
trimPrefix: v | trim_prefix(prefix)
trimSuffix: v | trim_suffix(suffix)
repeat: v * n
substr: v[a:b]
nospace: v | replace(' ', '')
abbrevboth: v | abbrev(width, start)
wrapWith: v | wrap(width, separator, true)
contains: part in v
hasPrefix: v | startswith(prefix)
hasSuffix: v | endswith(suffix)
cat: [a, b] | join(' ')
plural: one if n == 1 else many
snakecase: v | snake_case
camelcase: v | camel_case
kebabcase: v | kebab_case
swapcase: v | swap_case
regexMatch: v | regex_match(pattern)
regexFind: v | regex_find(pattern)
regexFindAll: v | regex_find_all(pattern)
regexReplaceAll: v | regex_replace(pattern, by)
regexReplaceAllLiteral: v | regex_replace(pattern, by, literal=true)
regexSplit: v | regex_split(pattern)
regexQuoteMeta: v | regex_escape
print: a ~ b
println: a ~ b
printf: '%s-%d' | format(a, n)
splitList: v | split(',')
splitn: v | split(',', n)
sortAlpha: v | sort
add: a + b
add1: a + 1
sub: a - b
mul: a * b
div: a // b
mod: a % b
addf: a + b
add1f: a + 1
subf: a - b
mulf: a * b
divf: a / b
max: [a, b] | max
biggest: [a, b] | max
maxf: [a, b] | max
min: [a, b] | min
minf: [a, b] | min
len: v | length
until: range(n)
untilStep: range(a, b, step)
seq: range(1, n + 1)
floor: v | round(0, 'floor')
ceil: v | round(0, 'ceil')
date: v | format_time('%Y-%m-%d')
dateInZone: v | format_time('%H:%M', zone)
date_in_zone: v | format_time('%H:%M', zone)
dateModify: v | time_add('1h30m')
date_modify: v | time_add('1h30m')
toDate: v | to_time
htmlDate: v | format_time('%Y-%m-%d')
htmlDateInZone: v | format_time('%Y-%m-%d', zone)
unixEpoch: v | unix_time
toDuration: v | duration
durationRound: v | duration_round('1h')
durationRoundTo: v | duration_round('1h')
durationTruncateTo: v | duration_truncate('1h')
durationSeconds: v | duration_in('s')
durationMilliseconds: v | duration_in('ms')
durationMicroseconds: v | duration_in('us')
durationNanoseconds: v | duration_in('ns')
durationMinutes: v | duration_in('m')
durationHours: v | duration_in('h')
durationDays: v | duration_in('d')
durationWeeks: v | duration_in('w')
empty: not v
ternary: a if v else b
and: a and b
or: a or b
not: not v
eq: a == b
ne: a != b
lt: a < b
le: a <= b
gt: a > b
ge: a >= b
b64enc: v | b64encode
b64dec: v | b64decode
b32enc: v | b32encode
b32dec: v | b32decode
fromYaml: v | from_yaml
fromYamlArray: v | from_yaml
toJson: v | to_json
toRawJson: v | to_json
toPrettyJson: v | to_json(2)
fromJson: v | from_json
fromJsonArray: v | from_json
toToml: v | to_toml
fromToml: v | from_toml
list: [a, b]
tuple: [a, b]
rest: v[1:]
initial: v[:-1]
append: v + [a]
push: v + [a]
prepend: [a] + v
has: a in v
index: v[n]
slice: v[a:b]
chunk: v | batch(n)
dict: {'key': v}
unset: v | omit('key')
hasKey: 'key' in v
mergeOverwrite: v | merge(b)
atoi: v | int
int64: v | int
toDecimal: v | int(8)
float64: v | float
toString: v | string
toStrings: v | map('string')
kindOf: v | type_of
typeOf: v | type_of
kindIs: v is mapping
typeIs: v is mapping
typeIsLike: v is mapping
deepEqual: a == b
base: v | path_base
osBase: v | path_base
dir: v | path_dir
osDir: v | path_dir
ext: v | path_ext
osExt: v | path_ext
clean: v | path_clean
osClean: v | path_clean
isAbs: v | startswith('/')
osIsAbs: v | startswith('/')
urlParse: v | url_parse
urlJoin: v | url_join
urlquery: v | urlencode
semverCompare: v | semver_compare('>=1.25-0')
sha1sum: v | sha1
sha256sum: v | sha256
sha512sum: v | sha512
adler32sum: v | adler32
template: include('name')
html: v | replace('<', '&lt;')
js: v | replace('<', '&lt;')
hello: 'Hello!'
null: none
nil: none
"""
_QUOTES = "nothing has to be quoted in YAML: write `v`, or `v | to_json` for quotes within a text"
_SECRET = "a template makes nothing at random: `secret_once('key')` is made once, and stays"
_KEYS = "a template makes no keys and certificates: cert-manager does, or a Secret of your own"
_CLOCK = "a template knows no clock: the same input gives the same output"
_TAGS = {
    "range": "write {% for item in list %} … {% endfor %}",
    "define": "write {% macro name() %} … {% endmacro %} in a templates/_*.j2 file",
    "template": "write {{ name() }}",
    "end": "close a block by its name: {% endif %}, {% endfor %}, {% endmacro %}",
    "break": "a loop runs to its end: choose the items with {% for item in list if … %}",
    "continue": "choose the items of a loop with {% for item in list if … %}",
    "do": "nothing is changed in place: make a new value with {% set name = … %}",
}
_REMARKS = {
    "quote": _QUOTES,
    "squote": _QUOTES,
    "toYaml": "a value is placed as it is: write `v`, or `v | to_yaml` for YAML within a text",
    "toYamlPretty": "a value is placed as it is: write `v`, or `v | to_yaml` within a text",
    "deepCopy": "nothing changes a map, so nothing has to be copied: write `v`",
    "call": "functions and macros are called by name: write `name()`",
    "env": "a template sees no environment: give it as a value",
    "expandenv": "a template sees no environment: give it as a value",
    "getHostByName": "a template sees no network: give it as a value",
    "now": _CLOCK,
    "ago": _CLOCK,
    "end": _TAGS["end"],
    "derivePassword": _SECRET,
    **dict.fromkeys(
        "randAlphaNum randAlpha randNumeric randAscii randBytes randInt uuidv4 shuffle bcrypt"
        " htpasswd encryptAES decryptAES".split(),
        _SECRET,
    ),
    **dict.fromkeys(
        "genPrivateKey genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert"
        " genSignedCertWithKey buildCustomCert".split(),
        _KEYS,
    ),
}
_SYNTAX = (
    (r"^\{\{[-+]?\s*/\*", "a comment is {# … #}"),
    (r"^\{\{[-+]?\s*range\b", _TAGS["range"]),
    (r"^\{\{[-+]?\s*(?:define|block)\b", _TAGS["define"]),
    (r"^\{\{[-+]?\s*(?:if|else|end|with)\b", "blocks are tags: {% if … %} … {% endif %}"),
    (r"^\{%[-+]?\s*else\s+if\b", "write {% elif … %}"),
    (r"^\{%[-+]?\s*with\s+[^=]*$", "{% with %} gives a name: {% with v = values.a %}"),
    (r":=", "names are given with {% set name = … %}"),
    (r"&&|\|\||!(?!=)", "write `and`, `or` and `not`"),
    (r"\$?\.(?:Values|Release|Chart|Files|Capabilities|Subcharts)\b",
     "Helm's `.Values.a` and `.Release.Name` are `values.a` and `release.name` here"),
    (r"[\s(,]\$?\.(?=[\s,)]|$)",
     "Helm's `.` is not handed on: macros see `values`, `release` and `chart` by themselves"),
)  # fmt: skip
_CALL = re.compile(
    r"(\|\s*)?(?<![.\w])([A-Za-z]\w*)\s+(?:[\"'(\d]|(?:values|release|chart|files)\b)"
)
_WORDS = frozenset("if else and or not in is recursive import as".split())


def name_in_helm(name: str) -> str | None:
    """How what Helm calls `name` is written here; None for a name that is not Helm's."""
    for known in (name, without_must(name)):
        if remark := _REMARKS.get(known):
            return remark
        if usage := re.search(rf"^{re.escape(known)}: (.+)$", _USAGES, re.M):
            return f"Helm's `{name}` is `{usage[1]}` here"
    return None


def tag_in_helm(name: str) -> str | None:
    """How what a tag of that name does in Helm is written here."""
    return _TAGS.get(name)


def syntax_in_helm(tag: str) -> str | None:
    """How the text of a tag that cannot be compiled is written, where it looks like Helm's."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "''", tag)
    for pattern, hint in _SYNTAX:
        if re.search(pattern, bare):
            return hint
    for found in _CALL.finditer(re.sub(r"^\{%[-+]?\s*\w+", "", bare)):
        if found[2] not in _WORDS:
            return name_in_helm(found[2]) or _in_parentheses(found[2], piped=bool(found[1]))
    return None


def _in_parentheses(name: str, *, piped: bool) -> str:
    return f"arguments stand in parentheses: `{'v | ' if piped else ''}{name}(…)`"


def without_must(name: str) -> str:
    """The name without Sprig's `must`: its twins fail where others give nothing, as ours all do."""
    bare = name.removeprefix("must_").removeprefix("must")
    return bare[:1].lower() + bare[1:]
