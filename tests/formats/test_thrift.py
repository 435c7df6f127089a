"""Readers read headers only: a large file costs no more memory than a small one."""

import tracemalloc
from collections.abc import Callable

import pytest

import formats
from formats import Window
from tests.build import macho, pe
from tests.build.elf import Elf

SIZE = 256 << 20


def elf_program() -> bytes:
    elf = Elf()
    elf.section(".text", 1, elf.add(b"code"), 4, 6)
    elf.load_all()
    return elf.build()


@pytest.mark.parametrize("build", [elf_program, lambda: pe.program().build(), lambda: macho.program().build()])
def test_a_large_file_is_not_read_whole(build: Callable[[], bytes], tmp_path):
    head = build()
    formats.read(Window.of_bytes(head))  # imports the library: its memory is not the file's
    with (tmp_path / "large").open("w+b") as file:
        file.write(head)
        file.truncate(SIZE)
        tracemalloc.start()
        try:
            (found,) = formats.read(Window.of_file(file))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found.window.size == SIZE
    assert peak < 4 << 20
