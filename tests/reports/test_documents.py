"""JSON that is written item by item is the same as JSON that is written at once."""

import io
import json

import pytest

from inspector.reports.documents import write_json

HOSTILE = ["", "a\nb", "\x1b[2J", "\u202e", "\udcff", "::error::", '"\\', "é"]


def lazily(value):
    """The same with an iterator for every list."""
    if isinstance(value, dict):
        return {key: lazily(item) for key, item in value.items()}
    return map(lazily, value) if isinstance(value, list) else value


def text(value):
    out = io.StringIO()
    write_json(value, out)
    return out.getvalue()


@pytest.mark.parametrize(
    "value",
    [
        [],
        [[]],
        [{}, [], 1],
        {"a": [], "b": {}, "c": [{"d": [1, 2], "e": None}], "f": {"g": [[1], [[], True]]}},
        {f"{key}{place}": [key, {key: [key]}] for place, key in enumerate(HOSTILE)},
    ],
)
def test_an_iterator_is_written_as_a_list_is(value):
    assert text(lazily(value)) == text(value)
    decodable = json.loads(text(value))
    assert text(decodable) == text(value)


def test_a_document_is_what_the_standard_library_writes():
    value = {"a": [1, {"b": "x", "c": []}, [2.5, None]], "d": {}}
    assert text(lazily(value)) == json.dumps(value, indent=2) + "\n"


def test_one_item_is_taken_at_a_time():
    out = io.StringIO()

    def items():
        for number in range(3):
            assert out.getvalue().count("item") == number
            yield f"item {number}"

    write_json({"list": items()}, out)
    assert out.getvalue().count("item") == 3
