"""A `.tgz` from a stranger: what is refused, and that nothing is ever written or followed."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from holdfast.charts import limits, load
from holdfast.errors import ChartError

CHART = b"apiVersion: holdfast/v1\nname: web\nversion: 1.2.3\n"
Entry = tuple[str, bytes] | tarfile.TarInfo


def member(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def pack(*entries: Entry, format: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as tar:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                tar.addfile(entry)
                continue
            info = tarfile.TarInfo(entry[0])
            info.size = len(entry[1])
            tar.addfile(info, io.BytesIO(entry[1]))
    return out.getvalue()


def good(*more: Entry, format: int = tarfile.GNU_FORMAT) -> bytes:
    return pack(("web/Chart.yaml", CHART), *more, format=format)


def write(folder: Path, tar: bytes, name: str = "web-1.2.3.tgz") -> str:
    path = folder / name
    path.write_bytes(gzip.compress(tar, 1))
    return str(path)


def test_a_packed_chart_is_the_chart(tmp_path: Path) -> None:
    files = {"values.yaml": b"a: 1\n", "templates/a.yaml.j2": b"a: 1\n", "files/x": b"\xff"}
    for name, data in {"Chart.yaml": CHART, **files}.items():
        (tmp_path / "web" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "web" / name).write_bytes(data)
    entries = [(f"web/{name}", data) for name, data in files.items()]
    packed = load(write(tmp_path, good(*entries)))
    assert packed.digest == load(str(tmp_path / "web")).digest
    assert packed.root == f"{tmp_path}/web-1.2.3.tgz"
    assert [file.path for file in packed.templates] == ["templates/a.yaml.j2"]


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_kind_of_tar_is_read(tmp_path: Path, format: int) -> None:
    deep = f"web/files/{'d' * 80}/{'f' * 90}"
    found = load(write(tmp_path, good((deep, b"x"), format=format)))
    assert [file.data for file in found.files] == [b"x"]


def test_folders_and_a_dot_in_front_are_nothing_special(tmp_path: Path) -> None:
    folder = member("./web", tarfile.DIRTYPE)
    found = load(
        write(tmp_path, pack(member("./", tarfile.DIRTYPE), folder, ("./web/Chart.yaml", CHART)))
    )
    assert found.metadata.name == "web"


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    bom = b"\xef\xbb\xbf"
    entries = (("web/Chart.yaml", bom + CHART), ("web/values.yaml", bom + b"a: 1\n"))
    found = load(write(tmp_path, pack(*entries)))
    assert found.values is not None and found.values.text == "a: 1\n"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("web/../../evil", "leads out"),
        ("web/..", "leads out"),
        ("../evil", "leads out"),
        ("..", "leads out"),
        ("/etc/evil", "root of a disk"),
        ("//evil", "root of a disk"),
        ("web/./evil", "no plain path"),
        ("web//evil", "no plain path"),
        (".", "no plain path"),
        ("web\\..\\..\\evil", "another system"),
        ("web/a\\b", "another system"),
        ("c:/evil", "another system"),
        ("C:evil", "another system"),
        ("web/a\nb", "control character"),
        ("web/a\x1b[2Jb", "control character"),
        ("other/evil", "outside of its one top folder"),
        ("evil", "outside of its one top folder"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str, says: str) -> None:
    path = write(tmp_path, good((name, b"x")))
    with pytest.raises(ChartError, match=says) as caught:
        load(path)
    assert caught.value.hint
    assert sorted(file.name for file in tmp_path.iterdir()) == ["web-1.2.3.tgz"]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (member("web/files/key", tarfile.SYMTYPE, "/etc/passwd"), "is a link"),
        (member("web/files/key", tarfile.SYMTYPE, "../Chart.yaml"), "is a link"),
        (member("web/files/key", tarfile.LNKTYPE, "web/Chart.yaml"), "is a link"),
        (member("web/templates", tarfile.SYMTYPE, "/etc"), "is a link"),
        (member("web/files/pipe", tarfile.FIFOTYPE), "not a plain file"),
        (member("web/files/null", tarfile.CHRTYPE), "not a plain file"),
        (member("web/files/disk", tarfile.BLKTYPE), "not a plain file"),
        (member("web/files/odd", tarfile.CONTTYPE), "not a plain file"),
        (("web/Chart.yaml", CHART), "is in it twice"),
        (("./web/Chart.yaml", CHART), "is in it twice"),
    ],
)
def test_what_is_no_plain_file_is_refused(tmp_path: Path, entry: Entry, says: str) -> None:
    with pytest.raises(ChartError, match=says):
        load(write(tmp_path, good(entry)))


def _other_checksum(tar: bytes) -> bytes:
    return tar[:1024] + bytes([tar[1024] ^ 1]) + tar[1025:]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda tar: tar[:700], "damaged"),
        (lambda tar: tar[:1100], "damaged"),
        (_other_checksum, "damaged"),
        (lambda tar: tar + b"x" * 512, "follows the end"),
        (lambda tar: tar + good(), "follows the end"),
        (lambda tar: b"", "damaged|empty"),
        (lambda tar: b"\0" * 10240, "empty"),
        (lambda tar: b"not a tar at all" * 100, "damaged"),
    ],
)
def test_damage_is_told(tmp_path: Path, spoil: Callable[[bytes], bytes], says: str) -> None:
    tar = good(("web/files/a", b"x" * 600))
    with pytest.raises(ChartError, match=says):
        load(write(tmp_path, spoil(tar)))


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"PK\x03\x04", gzip.compress(good())[:-9]],
    ids=["empty", "text", "zip", "cut off"],  # a gzip has the time in it: it is no name of a test
)
def test_what_is_no_gzip_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "web.tgz").write_bytes(data)
    with pytest.raises(ChartError, match=r"damaged or no \.tgz"):
        load(str(tmp_path / "web.tgz"))


def test_a_header_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    liar = tarfile.TarInfo("web/files/big")
    liar.size = 10**12
    head = liar.tobuf(tarfile.GNU_FORMAT)
    with pytest.raises(ChartError, match="larger than 5 MiB"):
        load(write(tmp_path, good()[:1024] + head))
    liar.size = 2000
    with pytest.raises(ChartError, match="damaged"):
        load(write(tmp_path, good()[:1024] + liar.tobuf(tarfile.GNU_FORMAT) + b"x" * 512))


def _many(count: int) -> Iterable[Entry]:
    return ((f"web/other/{number}", b"") for number in range(count))


def test_a_bomb_is_stopped_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_CHART", 2**20)
    monkeypatch.setattr(limits, "MAX_FILES", 50)
    zeros = bytes(400_000)
    with pytest.raises(ChartError, match="larger than 1 MiB"):
        load(write(tmp_path, good(*((f"web/x{n}", zeros) for n in range(4)))))
    with pytest.raises(ChartError, match="more than 50 files"):
        load(write(tmp_path, good(*_many(60))))


def test_archives_within_archives_share_one_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_CHART", 2**20)
    inner = [
        pack((f"s{n}/Chart.yaml", CHART.replace(b"web", b"s%d" % n)), (f"s{n}/x", bytes(400_000)))
        for n in range(4)
    ]
    entries = [(f"web/charts/s{n}.tgz", gzip.compress(tar)) for n, tar in enumerate(inner)]
    assert len(load(write(tmp_path, good(*entries[:1]))).subcharts) == 1
    with pytest.raises(ChartError, match="larger than 1 MiB"):
        load(write(tmp_path, good(*entries)))


def test_an_archive_may_not_nest_without_end(tmp_path: Path) -> None:
    tar = good()
    for level in range(20):
        text = CHART.replace(b"web", b"c%d" % level)
        tar = pack((f"c{level}/Chart.yaml", text), (f"c{level}/charts/in.tgz", gzip.compress(tar)))
    with pytest.raises(ChartError, match="nested deeper than 16"):
        load(write(tmp_path, tar))


def test_a_file_that_is_no_tgz_is_no_chart(tmp_path: Path) -> None:
    (tmp_path / "web.zip").write_bytes(b"x")
    with pytest.raises(ChartError, match=r"not a directory, and no \.tgz"):
        load(str(tmp_path / "web.zip"))
