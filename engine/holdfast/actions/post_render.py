"""`--post-renderer`: a program of the user's between what the chart renders and what is applied.

It is started without a shell, gets the manifests as YAML on its standard input, and what it prints
is read and checked as what templates print. It runs for plans too, so it must do nothing else.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from holdfast import manifests
from holdfast.errors import HoldfastError, ManifestError, UsageError, Where, YamlError
from holdfast.light import dataclass
from holdfast.model.excerpt import excerpt
from holdfast.model.manifest import Manifest, Manifests, Rendered, RenderedObject
from holdfast.patches import retrace
from holdfast.plan.paths import Shape
from holdfast.plan.secrecy import Secrecy, secret_texts
from holdfast.yamltext import MAX_BYTES, decode, load_documents

SAID = 2000
"""Characters of a program's standard error that a message shows."""

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class PostRenderer:
    """The command as the user wrote it, and how many seconds it may take."""

    command: str
    timeout: float = 60.0

    @property
    def words(self) -> list[str]:
        """Program and arguments, split as a POSIX shell would; nothing is expanded.

        Raises UsageError for a quote that is not closed, or nothing at all.
        """
        try:
            words = shlex.split(self.command)
        except ValueError as error:
            raise UsageError(f"post-renderer {self.command!r}: {error}") from None
        if not words:
            raise UsageError("post-renderer: no program is named")
        return words

    def check(self) -> None:
        """Raise UsageError where `words` would, before anything is rendered."""
        _ = self.words

    @property
    def title(self) -> str:
        """How plans and messages name it: its arguments may be long, or secret."""
        return f"post-renderer {Path(self.words[0]).name}"


def post_render(
    given: Manifests,
    renderer: PostRenderer,
    *,
    namespace: str,
    namespaced: Callable[[str, str], bool | None],
) -> Manifests:
    """What the program makes of the manifests, each with what is still known of it.

    Raises UsageError (no such program), ManifestError (it fails, takes too long, or prints what is
    no Kubernetes object), YamlError.
    """
    text = _run(renderer, manifests.to_text(given).encode())
    try:
        found = _read(text, renderer.title, namespace, namespaced)
    except (ManifestError, YamlError) as error:
        if error.where and error.where.line and not error.excerpt:
            error.excerpt = excerpt(text, error.where.line, error.where.column)
        raise
    if given and not found:
        raise ManifestError(
            f"{renderer.title}: it printed no object", hint="it has to print what is to be applied"
        )
    before = {manifest.ref.key: manifest for manifest in given}
    texts = secret_texts(given)
    return tuple(_traced(one, before.get(one.ref.key), renderer, texts) for one in found)


def _read(
    text: str, title: str, namespace: str, namespaced: Callable[[str, str], bool | None]
) -> Manifests:
    documents = load_documents(text, source=title, kind="post-renderer")
    objects = tuple(
        RenderedObject(one.data, one.positions[()], positions=one.positions) for one in documents
    )
    page = Rendered(title, objects)
    return manifests.parse((page,), None, namespace=namespace, namespaced=namespaced)


def _traced(
    found: Manifest, before: Manifest | None, renderer: PostRenderer, texts: tuple[str, ...]
) -> Manifest:
    by = Where(renderer.title, kind="post-renderer")
    if before:
        found = retrace(before, found, by, lambda path: by)
    else:
        found = replace(found, changed_by=(by,))
    # It may have copied a secret to where the chart has none.
    secrets = Secrecy(Shape.of(found.object), texts=texts).find(found.object)
    return replace(found, sensitive=found.sensitive.union(secrets))


def _run(renderer: PostRenderer, text: bytes) -> str:
    with tempfile.TemporaryFile() as given:
        given.write(text)
        given.seek(0)
        try:
            process = subprocess.Popen(
                renderer.words,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise UsageError(
                f"{renderer.title}: {error.strerror or error}: {renderer.words[0]}",
                hint="name a program on PATH, or a path to one that may be executed",
            ) from None
    with process, _ended(process):
        out, said = _collect(process, renderer)
    if process.returncode:
        raise _failed(renderer, f"exit code {process.returncode}", said)
    return decode(out, source=renderer.title)


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Where the block fails, the program and what it started do not outlive it."""
    try:
        yield
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        raise


def _collect(process: subprocess.Popen[bytes], renderer: PostRenderer) -> tuple[bytes, bytes]:
    """What it prints, to its end. Raises ManifestError where that is too much or too late."""
    import selectors

    assert process.stdout and process.stderr
    end = time.monotonic() + renderer.timeout
    found = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    out, said = found.values()
    with selectors.DefaultSelector() as selector:
        for stream in found:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, end - time.monotonic()))
            if not ready:
                raise _late(renderer, said)
            for key, _ in ready:
                if not (chunk := os.read(key.fd, _CHUNK)):
                    selector.unregister(key.fd)
                found[key.fd] += chunk
            del said[:-SAID]
            if len(out) > MAX_BYTES:
                raise _failed(renderer, f"it printed more than {MAX_BYTES >> 20} MiB", said)
    try:
        process.wait(max(0.0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _late(renderer, said) from None
    return bytes(out), bytes(said)


def _late(renderer: PostRenderer, said: bytes | bytearray) -> HoldfastError:
    what = f"not done after {renderer.timeout:g} s"
    return _failed(renderer, what, said, "--post-renderer-timeout gives it more time")


def _failed(
    renderer: PostRenderer,
    what: str,
    said: bytes | bytearray,
    hint: str = "run it by hand with the manifests that `holdfast template` prints without it",
) -> ManifestError:
    words = said.decode("utf-8", "replace").strip()
    return ManifestError(
        f"{renderer.title}: {what}" + (f"; it said:\n{words}" if words else ""), hint=hint
    )
