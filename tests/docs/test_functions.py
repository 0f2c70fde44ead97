"""The table of functions is complete, and every example in it gives what the table says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.conftest import ROOT

from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.values import Values
from holdfast.render import Context, filters, render
from holdfast.render.functions import functions
from holdfast.render.secret_once import SecretsOnce

PAGE = ROOT / "docs/functions.md"

SPRIG = """
abbrev abbrevboth add add1 add1f addf adler32sum ago all any append atoi b32dec b32enc b64dec
b64enc base bcrypt biggest buildCustomCert camelcase cat ceil chunk clean coalesce compact concat
contains date dateInZone dateModify date_in_zone date_modify decryptAES deepCopy deepEqual default
derivePassword dict dig dir div divf duration durationRound empty encryptAES env expandenv ext
fail first float64 floor fromJson genCA genCAWithKey genPrivateKey genSelfSignedCert
genSelfSignedCertWithKey genSignedCert genSignedCertWithKey get getHostByName has hasKey hasPrefix
hasSuffix hello htmlDate htmlDateInZone htpasswd indent initial initials int int64 isAbs join
kebabcase keys kindIs kindOf last list lower max maxf merge mergeOverwrite min minf mod mul mulf
mustAppend mustChunk mustCompact mustDateModify mustDeepCopy mustFirst mustFromJson mustHas
mustInitial mustLast mustMerge mustMergeOverwrite mustPrepend mustPush mustRegexFind
mustRegexFindAll mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit
mustRest mustReverse mustSlice mustToDate mustToJson mustToPrettyJson mustToRawJson mustUniq
mustWithout must_date_modify nindent nospace now omit osBase osClean osDir osExt osIsAbs pick
pluck plural prepend push quote randAlpha randAlphaNum randAscii randBytes randInt randNumeric
regexFind regexFindAll regexMatch regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit
repeat replace rest reverse round semver semverCompare seq set sha1sum sha256sum sha512sum shuffle
slice snakecase sortAlpha split splitList splitn squote sub subf substr swapcase ternary title
toDate toDecimal toJson toPrettyJson toRawJson toString toStrings trim trimAll trimPrefix
trimSuffix trimall trunc tuple typeIs typeIsLike typeOf uniq unixEpoch unset until untilStep
untitle upper urlJoin urlParse uuidv4 values without wrap wrapWith
""".split()
HELM = """
durationDays durationHours durationMicroseconds durationMilliseconds durationMinutes
durationNanoseconds durationRoundTo durationSeconds durationTruncateTo durationWeeks fromJson
fromJsonArray fromToml fromYaml fromYamlArray include lookup mustToDuration mustToJson mustToToml
mustToYaml required toJson toToml toYaml toYamlPretty tpl
""".split()
GO = """
and block break call continue define else end eq ge gt html if index js le len lt ne not or print
printf println range slice urlquery with
""".split()
REASONS = ("the clock", "randomness", "the environment", "the network", "key generation")


@dataclass(frozen=True)
class Row:
    helm: tuple[str, ...]
    ours: str
    example: str
    result: str


def rows() -> Iterator[Row]:
    table = PAGE.read_text().partition("| --- | --- | --- | --- |\n")[2]
    for line in table.splitlines():
        cells = [
            cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip("|"))
        ]
        assert len(cells) == 4, line
        helm, ours, example, result = cells
        if ours:
            yield Row(tuple(re.findall(r"`([^`]+)`", helm)), ours, example, result)


ROWS = list(rows())
EXAMPLES = [row for row in ROWS if row.ours != "none"]


def test_every_function_of_helm_is_there_once() -> None:
    named = [name for row in ROWS for name in row.helm if not name.startswith(".")]
    assert sorted(named) == sorted({*SPRIG, *HELM, *GO, "template"})


def test_every_function_of_ours_is_there() -> None:
    known = {
        *filters.filter_table(lambda value: value),
        *(name for name in filters.test_table() if name.isalnum()),
        *functions(Context(release="r"), SecretsOnce(str, print), str, tuple, print),  # type: ignore[arg-type]
        "include",
        "tpl",
    }
    text = " ".join(f"{row.ours} {row.example}" for row in ROWS)
    assert known - set(re.findall(r"\w+", text)) == set()


def test_only_five_things_are_a_reason_for_not_having_one() -> None:
    for row in ROWS:
        if row.ours == "none":
            assert row.example == "" and row.helm
            assert row.result.removeprefix("why not: ").startswith(REASONS), row


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.example)
def test_an_example_gives_what_the_table_says(row: Row) -> None:
    assert given(row.example.strip("`")) == json.loads(row.result.strip("`"))


def given(expression: str) -> Any:
    chart = Chart(
        ChartMetadata("web", "1.2.3"),
        root="charts/web",
        digest="",
        templates=(
            ChartFile("templates/_labels.j2", b"{% macro labels() %}\napp: web\n{% endmacro %}\n"),
            ChartFile("templates/a.yaml.j2", f"k: {expression}\n".encode()),
        ),
        files=(ChartFile("files/app.conf", b"a=1\nb=2\n"),),
    )
    context = Context(release="web", kube_version="1.34.4", api_versions=("v1", "apps/v1"))
    (found,) = render(chart, Values({"name": "web", "replicas": 2}), context)
    return found.objects[0].object["k"]
