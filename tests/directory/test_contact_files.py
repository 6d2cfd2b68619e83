import os
import socket
from pathlib import Path

import pytest

from console.directory.contact_files import VCARDS, find_files, open_file
from console.directory.reading import CannotRead
from console.directory.vcards_reader import read_files


def names(folder: Path) -> list[str]:
    return [file.name for file in find_files(str(folder), VCARDS).files]


def test_files_below_a_folder_are_found_in_order_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name in (
        "b.vcf",
        "a.VCF",
        "x.vcard",
        "n.txt",
        ".h.vcf",
        "._a.vcf",
        "sub/c.vcf",
        ".g/d.vcf",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["a.VCF", "b.vcf", "sub/c.vcf", "x.vcard"]


def test_links_are_followed_and_circles_end(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "a.vcf").write_text("x")
    (real / "round").symlink_to(real)
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "link").symlink_to(real)
    assert names(tmp_path / "top") == ["link/a.vcf"]


def test_a_file_alone_may_have_any_name(tmp_path: Path) -> None:
    (tmp_path / "contacts.bak").write_text("x")
    assert names(tmp_path / "contacts.bak") == ["contacts.bak"]


def test_a_link_to_nowhere_is_told_with_the_systems_words(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text("x")
    (tmp_path / "gone.vcf").symlink_to("/nowhere/gone.vcf")
    (skipped,) = find_files(str(tmp_path), VCARDS).skipped
    assert skipped.file == "gone.vcf"
    assert "No such file" in skipped.reason


@pytest.mark.parametrize("link", ["gone.vcf", "folder", "round"])
def test_a_link_that_leads_nowhere_is_told_whatever_it_led_to(tmp_path: Path, link: str) -> None:
    for name in ("a.vcf", "z.vcf"):
        (tmp_path / name).write_text("x")
    (tmp_path / link).symlink_to(link if link == "round" else "/nowhere/at-all")
    found = find_files(str(tmp_path), VCARDS)
    assert [file.name for file in found.files] == ["a.vcf", "z.vcf"]
    both_ways = rf"^{link}: It can't be read: .+\. Bring .+, or remove (the link to )?it.*\.$"
    with pytest.raises(CannotRead, match=both_ways):
        found.must_be_whole()


@pytest.mark.parametrize("change", ["touch", "grow", "replace", "add", "remove", "rename"])
def test_the_fingerprint_tells_every_change(tmp_path: Path, change: str) -> None:
    file = tmp_path / "a.vcf"
    file.write_text("x")
    (tmp_path / "b.vcf").write_text("x")
    os.utime(file, ns=(10**18, 10**18))
    before = find_files(str(tmp_path), VCARDS).fingerprint()
    assert before == find_files(str(tmp_path), VCARDS).fingerprint()
    match change:
        case "touch":
            os.utime(file)
        case "grow":
            file.write_text("xx")
        case "replace":
            (tmp_path / "new").write_text("y")
            os.utime(tmp_path / "new", ns=(10**18, 10**18))
            os.replace(tmp_path / "new", file)
        case "add":
            (tmp_path / "c.vcf").write_text("x")
        case "remove":
            file.unlink()
        case _:
            file.rename(tmp_path / "c.vcf")
    assert find_files(str(tmp_path), VCARDS).fingerprint() != before


def test_nothing_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match=r"is not there\. Correct the path"):
        find_files(str(tmp_path / "none"), VCARDS)
    with pytest.raises(CannotRead, match=r"There is no file \(.vcard, .vcf\)"):
        find_files(str(tmp_path), VCARDS)


def test_a_pipe_is_no_file_and_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.vcf")
    (file,) = find_files(str(tmp_path / "a.vcf"), VCARDS).files
    with pytest.raises(CannotRead, match="no file but"):
        open_file(file)


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "link to one"])
def test_what_is_no_file_is_left_out_of_a_folder_and_listed(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.vcf").write_text("x")
    odd = tmp_path / "odd.vcf"
    before = find_files(str(tmp_path), VCARDS).fingerprint()
    with socket.socket(socket.AF_UNIX) as one:
        match kind:
            case "pipe":
                os.mkfifo(odd)
            case "socket":
                monkeypatch.chdir(tmp_path)
                one.bind("odd.vcf")
            case "device":
                odd.symlink_to(os.devnull)
            case _:
                os.mkfifo(tmp_path / "pipe")
                odd.symlink_to("pipe")
    found = find_files(str(tmp_path), VCARDS)
    found.must_be_whole()
    assert [file.name for file in found.files] == ["a.vcf"]
    assert found.fingerprint() != before
    (told,) = found.no_files
    assert (told.file, told.line) == ("odd.vcf", 0)
    assert "no file but a pipe, socket or device" in told.reason
    assert told in list(read_files(found))
    (tmp_path / "a.vcf").unlink()
    with pytest.raises(CannotRead, match=r"no file .* in .*odd\.vcf: It is no file but"):
        find_files(str(tmp_path), VCARDS)


def test_a_giant_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text("x" * 100)
    (file,) = find_files(str(tmp_path), VCARDS).files
    with pytest.raises(CannotRead, match="split it"):
        open_file(file, longest=99)
