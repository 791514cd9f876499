"""Splitting by a column, however the rows are held: groups and the whole are the same figures."""

import polars
import pytest

import engine


@pytest.fixture(scope="module")
def catalogue():
    return engine.load()


@pytest.fixture(scope="module")
def frames(catalogue):
    names = ("pegawai", "pelatihan")
    found = catalogue.evaluate("2024", only=["ip_asn"], keep_rows=names)
    return {
        name: found.rows(name).select(list(catalogue.definitions.sources[name].columns)) for name in names
    }


HELD = {
    "records": lambda frame: frame.to_dicts(),
    "in memory": lambda frame: frame,
    "lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "arrow": lambda frame: frame.to_arrow(),
}


def plain(results):
    return [
        (
            result.indicator,
            result.group,
            result.status,
            None if result.unrounded is None else round(result.unrounded, 9),
            result.rows_read,
            {name: str(value) for name, value in result.steps.items()},
        )
        for result in results
    ]


@pytest.mark.parametrize("held", HELD)
def test_groups_and_the_whole_are_the_same_however_rows_are_held(catalogue, frames, held):
    given = {name: HELD[held](frame) for name, frame in frames.items()}
    split = catalogue.evaluate("2024", given, only=["ip_asn"], by="unit_kerja", keep_rows=["pegawai"])
    alone = catalogue.evaluate("2024", frames, only=["ip_asn"], keep_rows=["pegawai"])
    for group, frame in frames["pegawai"].group_by("unit_kerja"):
        theirs = {
            "pegawai": frame,
            "pelatihan": frames["pelatihan"].join(frame, left_on="pegawai", right_on="id", how="semi"),
        }
        (own,) = plain(catalogue.evaluate("2024", theirs, only=["ip_asn"]))
        (found,) = (result for result in plain(split) if result[1] == group[0])
        assert found[2:] == own[2:]
    assert plain(split.whole) == plain(alone)
    rows = split.rows("pegawai")
    rows = rows.collect() if held == "lazy" else polars.DataFrame(rows)
    assert rows["ip_asn.nilai"].to_list() == alone.rows("pegawai")["ip_asn.nilai"].to_list()


def test_what_is_not_split_is_its_own_whole(catalogue):
    results = catalogue.evaluate("2024", only=["skm"])
    assert results.whole is results
