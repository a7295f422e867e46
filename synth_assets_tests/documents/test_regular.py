"""Only regular files of a bounded size are read, whatever has the name of one."""

import os
import socket
import time

import pytest

from synth_assets.documents.regular import regular_bytes, regular_text


def refused(path, limit=100):
    started = time.monotonic()
    with pytest.raises(OSError) as caught:  # noqa: PT011 — its number is looked at by those who ask
        regular_text(path, limit)
    assert time.monotonic() - started < 1
    assert str(path) not in caught.value.strerror
    return caught.value


def test_a_file_is_read_up_to_its_limit(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100)
    assert regular_bytes(path, 100) == b"x" * 100
    assert refused(path, 99).strerror == "it has 100 bytes; at most 99 are read"


def test_larger_than_a_piece_is_read_whole(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(os.urandom(3_000_001))
    assert regular_bytes(path, 3_000_001) == path.read_bytes()


def test_a_byte_order_mark_is_left_out(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbf{}\r\n")
    assert regular_text(path, 100) == "{}\r\n"


def test_other_encodings_are_named_with_their_line(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"a\nb\n\xff\xfe\n")
    assert refused(path).strerror == "it is no UTF-8 text, in line 3"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe").strerror == "it is a pipe, not a file"


def test_a_folder_a_socket_and_a_device_are_refused(tmp_path, monkeypatch):
    assert isinstance(refused(tmp_path), IsADirectoryError)
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # a socket's path is short
        server.bind("socket")
        assert refused(tmp_path / "socket").strerror == "it is a socket, not a file"
    assert refused("/dev/zero").strerror == "it is a device, not a file"


def test_a_file_of_the_system_that_says_it_is_empty_is_bounded_too():
    assert regular_bytes("/proc/self/status", 1 << 20).startswith(b"Name:")
    assert refused("/proc/self/status", 4).strerror == "it is larger; at most 4 are read"


def test_a_hole_of_a_gigabyte_is_refused_unread(tmp_path):
    with (tmp_path / "a").open("wb") as file:
        file.truncate(1 << 30)
    assert "1,073,741,824 bytes" in refused(tmp_path / "a").strerror


def test_what_is_not_there_or_leads_in_circles_is_said(tmp_path):
    assert isinstance(refused(tmp_path / "none"), FileNotFoundError)
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert "symbolic links" in refused(tmp_path / "circle").strerror


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_no_name_of_a_file_is_one_that_the_system_refuses(tmp_path, name):
    assert refused(f"{tmp_path}/{name}").strerror == "no file can be called so"
