"""The published rounding cases of the DMN test kit give their figures, where the files are present."""

from __future__ import annotations

from collections import Counter

import pytest
from conformance import cases, folder, outcome

COUNTS = {"passes": 25, "refused": 44, "different": 3, "out of scope": 36}


@pytest.mark.skipif(
    not folder().is_dir(), reason="the published cases are not here; IKU_CONFORMANCE names their folder"
)
def test_no_published_rounding_case_gives_a_wrong_figure() -> None:
    ended = [(case["expr"], *outcome(case)) for case in cases()]
    assert [case for case in ended if case[1] == "wrong"] == []
    assert Counter(how for _, how, _ in ended) == COUNTS
