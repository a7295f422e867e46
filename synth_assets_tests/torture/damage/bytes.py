"""Bytes of a file changed, as a bad disk, a broken copy or an editor would."""

from synth_assets_tests.torture.damage.scene import Damage, Scene, UnfitError


def _change(scene: Scene, what: str, change) -> str:
    path = scene.file()
    before = path.read_bytes()
    after = bytes(change(bytearray(before)))
    if after == before:
        raise UnfitError
    path.write_bytes(after)
    return f"{what} of {scene.called(path)}"


def _place(scene: Scene, content: bytearray) -> int:
    if not content:
        raise UnfitError
    # Headers and footers say what the rest means.
    zone = scene.random.choice(("anywhere", "anywhere", "start", "end"))
    reach = min(len(content), 128)
    low, high = {"anywhere": (0, len(content)), "start": (0, reach), "end": (len(content) - reach, len(content))}[zone]
    return scene.random.randrange(low, high)


def flipped(scene: Scene) -> str:
    def change(content: bytearray) -> bytearray:
        for _ in range(scene.random.choice((1, 1, 1, 2, 8, 64))):
            content[_place(scene, content)] ^= 1 << scene.random.randrange(8)
        return content

    return _change(scene, "bits flipped", change)


def overwritten(scene: Scene) -> str:
    def change(content: bytearray) -> bytearray:
        at = _place(scene, content)
        with_what = scene.random.choice((b"\x00", b"\xff", b"\x7f", b"\x80", b"0", b"-", b'"', b",", b"\n", b"e"))
        content[at : at + 1] = with_what
        return content

    return _change(scene, "a byte overwritten", change)


def truncated(scene: Scene) -> str:
    def change(content: bytearray) -> bytearray:
        return content[: _place(scene, content)]

    return _change(scene, "the end cut off", change)


def beheaded(scene: Scene) -> str:
    def change(content: bytearray) -> bytearray:
        return content[_place(scene, content) :]

    return _change(scene, "the beginning cut off", change)


def zeroed(scene: Scene) -> str:
    def change(content: bytearray) -> bytearray:
        at = _place(scene, content)
        length = min(scene.random.choice((1, 16, 512, 4096, 10**9)), len(content) - at)
        content[at : at + length] = bytes(length)
        return content

    return _change(scene, "a stretch zeroed", change)


def doubled(scene: Scene) -> str:
    return _change(scene, "all bytes twice", lambda content: content + content)


def inserted(scene: Scene) -> str:
    def change(content: bytearray) -> bytearray:
        at = _place(scene, content)
        content[at:at] = scene.random.randbytes(scene.random.choice((1, 2, 7, 1000)))
        return content

    return _change(scene, "bytes inserted", change)


def removed_stretch(scene: Scene) -> str:
    def change(content: bytearray) -> bytearray:
        at = _place(scene, content)
        del content[at : at + scene.random.choice((1, 2, 7, 1000))]
        return content

    return _change(scene, "bytes removed", change)


def swapped_blocks(scene: Scene) -> str:
    def change(content: bytearray) -> bytearray:
        size = scene.random.choice((8, 64, 512, 4096))
        if len(content) < 2 * size:
            raise UnfitError
        one, two = (scene.random.randrange(len(content) // size) * size for _ in range(2))
        first, second = content[one : one + size], content[two : two + size]
        if len(first) != len(second):
            raise UnfitError
        content[one : one + size], content[two : two + size] = second, first
        return content

    return _change(scene, "blocks swapped", change)


def appended(scene: Scene) -> str:
    more = scene.random.choice((b"\n", b" ", b"\x00", b"PAR1", b"{}\n", b"\xef\xbb\xbf", b"1,2,3\n", b"\x1a"))
    return _change(scene, f"{more!r} appended", lambda content: content + more)


def put_before(scene: Scene) -> str:
    more = scene.random.choice((b"\xef\xbb\xbf", b"\n", b" ", b"\x00", b"PAR1", b"\xff\xfe"))
    return _change(scene, f"{more!r} put before", lambda content: more + content)


def other_line_ends(scene: Scene) -> str:
    path = scene.file(".json", ".csv", ".ndjson", ".yaml", ".toml")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    return f"line ends of {scene.called(path)} as Windows has them"


ALL: tuple[Damage, ...] = (
    flipped, flipped, flipped, overwritten, overwritten, truncated, beheaded, zeroed, doubled, inserted,
    removed_stretch, swapped_blocks, appended, put_before, other_line_ends,
)  # fmt: skip
