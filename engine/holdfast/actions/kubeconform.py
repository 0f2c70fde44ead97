"""The external checker kubeconform: its schema files made on the fly, one run, its answer read.

The files come from the installed package (see lint/kubeschemas.py) and are remembered by its
version and Kubernetes'; each appears under its name only when it is whole.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from holdfast.errors import ManifestError, Problem
from holdfast.lint.kubecheck import (
    SchemaReport,
    problem_at,
    split_known,
    unserved,
    without_nulls,
)
from holdfast.lint.kubeschemas import FORMAT, KubeSchemas
from holdfast.model.manifest import Manifest, Manifests
from holdfast.model.values import Path as Place

PROGRAM = "kubeconform"
_SECONDS = 60.0


def find_kubeconform() -> str | None:
    """The program: on PATH, else in the folder that KUBEBUILDER_ASSETS names."""
    return shutil.which(PROGRAM) or shutil.which(
        PROGRAM, path=os.environ.get("KUBEBUILDER_ASSETS", "")
    )


def check_with(
    program: str, manifests: Manifests, schemas: KubeSchemas, cache: Path | None
) -> SchemaReport:
    """Have `program` check the manifests. Raises ManifestError where it gives no answer."""
    checked, skipped = split_known(manifests, schemas)
    missing = tuple(unserved(skipped, schemas))
    names = tuple(str(manifest.ref) for manifest in skipped)
    checker = f"{PROGRAM} {_version(program)}"
    with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
        files = {f"{index:05}.json": manifest for index, manifest in enumerate(checked)}
        objects = Path(folder) / "objects"
        objects.mkdir()
        for name, manifest in files.items():
            (objects / name).write_text(json.dumps(without_nulls(manifest.object)), "utf-8")
        home = _schema_files(checked, schemas, cache, Path(folder) / "schemas")
        answer = _run(program, home, objects) if files else {"resources": []}
    problems = tuple(_problems(answer, files))
    return SchemaReport(checker, schemas.version, len(checked), names, (*missing, *problems))


def _schema_files(
    manifests: list[Manifest], schemas: KubeSchemas, cache: Path | None, spare: Path
) -> Path:
    """The folder that holds a schema for each kind; `spare` where the cache cannot be written."""
    kinds = {(manifest.ref.api_version, manifest.ref.kind) for manifest in manifests}
    if cache is not None:
        home = cache / f"{schemas.package}-{schemas.version}-{FORMAT}"
        try:
            _write_schemas(kinds, schemas, home)
            return home
        except OSError:
            pass  # a cache that cannot be written costs time, nothing else
    _write_schemas(kinds, schemas, spare)
    return spare


def _write_schemas(kinds: set[tuple[str, str]], schemas: KubeSchemas, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    for api_version, kind in kinds:
        target = home / f"{schemas.name(api_version, kind)}.json"
        if target.exists():
            continue
        text = json.dumps(schemas.find(api_version, kind))
        handle, partial = tempfile.mkstemp(dir=home, prefix=".", suffix=".partial")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(partial).replace(target)


def _run(program: str, home: Path, objects: Path) -> Any:
    location = f"{home}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"
    command = [program, "-output", "json", "-verbose", "-strict", "-schema-location", location]
    done = _start([*command, str(objects)])
    try:
        return json.loads(done.stdout)
    except ValueError:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise ManifestError(
            f"checking the manifests: {PROGRAM} gave no answer: {said[-1] if said else 'nothing'}",
            hint=f"leave it out (take {program} off PATH) to use holdfast's own check",
        ) from None


def _start(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ManifestError(
            f"checking the manifests: {PROGRAM} cannot be run: {error}",
            hint=f"leave it out (take {command[0]} off PATH) to use holdfast's own check",
        ) from error


def _version(program: str) -> str:
    return _start([program, "-v"]).stdout.strip() or "of unknown version"


def _problems(
    answer: dict[str, Any], files: dict[str, Manifest]
) -> Iterator[tuple[Manifest, Problem]]:
    for entry in answer.get("resources") or ():
        manifest = files[Path(entry["filename"]).name]
        if entry.get("status") in ("statusValid", "statusSkipped", "statusEmpty"):
            continue
        said = str(entry.get("msg") or "is not valid")
        for pointer, message in _errors(said) or [("", said)]:
            yield manifest, problem_at(manifest, _path(pointer, manifest.object), message)


def _errors(said: str) -> list[tuple[str, str]]:
    """(JSON pointer, message) of each single error.

    Its list of errors names the outermost object alone (kubeconform 0.7); its message has them all,
    as `- at '/spec/replicas': got string, want integer`.
    """
    found: list[tuple[str, str]] = []
    for pointer, message in re.findall(r"- at '([^']*)': (.*?)(?=\s+- at '|$)", said, re.DOTALL):
        unknown = re.fullmatch(r"additional propert\w+ ((?:'[^']+'(?:, )?)+) not allowed", message)
        if unknown:
            names = re.findall(r"'([^']+)'", unknown[1])
            found += [(f"{pointer}/{name}", "is not known to the schema") for name in names]
        elif message not in ("validation failed", "oneOf failed", "anyOf failed", "allOf failed"):
            found.append((pointer, message))
    return found


def _path(pointer: str, obj: Any) -> Place:
    """A JSON pointer (RFC 6901) as a path: an index where the object has a list."""
    found: list[str | int] = []
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(obj, list) and key.isdecimal() and int(key) < len(obj):
            found.append(int(key))
            obj = obj[int(key)]
        else:
            found.append(key)
            obj = obj.get(key) if isinstance(obj, dict) else None
    return tuple(found)
