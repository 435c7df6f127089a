"""Briefs that share what they have in common say what they said before."""

import pickle
import tracemalloc

from msgspec.structs import replace

from inspector.batch.common import Common
from inspector.briefs import brief_of
from tests.build.facts import go_build
from tests.reports import made
from tests.reports.gates import REPORTS


def travelled(file):
    """A brief as it comes from another process: nothing in it is anybody else's."""
    return pickle.loads(pickle.dumps(brief_of(file)))


def test_a_brief_stays_what_it_is():
    common = Common()
    for report in REPORTS.values():
        for file in report.files:
            brief = travelled(file)
            assert repr(common.of(brief)) == repr(brief)


def test_equal_values_of_other_types_stay_apart():
    common, brief = Common(), travelled(made.warned().files[0])
    (image,) = brief.images
    for value in (True, "1", ("1",), 1, "True", False, 0, (), {}):
        changed = replace(brief, images=(replace(image, cgo=value),))
        assert repr(common.of(changed)) == repr(changed)


def test_an_artifact_like_another_costs_little():
    settings = {f"-setting{number}": "x" * 50 for number in range(20)}
    briefs = [
        travelled(made.file(f"app{number}", made.image(go_build(settings=settings), made.WRONG, made.ZONES)))
        for number in range(200)
    ]
    common = Common()
    common.of(briefs.pop())
    tracemalloc.start()
    kept = [common.of(brief) for brief in briefs]
    per_brief = tracemalloc.get_traced_memory()[0] / len(kept)
    tracemalloc.stop()
    assert per_brief < 800
    assert kept[0].images[0].settings is kept[1].images[0].settings
    assert kept[0].images[0].notable is kept[1].images[0].notable
