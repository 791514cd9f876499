"""Worked examples: what they give stands, whatever is missing behind it."""

from __future__ import annotations

import shutil

from mistakes import BASE

import engine

TWICE = """
indicator: ganda
title: Dua kali mutu
objective: layanan
division: layanan_publik
sources: [loket]
wording: Dua kali.
versions:
  - from: 2020-01-01
    basis: {regulation: perda_1_2020, locator: Pasal 4}
    steps:
      kecil: {each: loket, title: Kecil, formula: "petugas * 2"}
    result: mutu + mean(loket.kecil)
examples:
  - title: Nilai mutu diketahui
    period: 2021
    given:
      mutu: 70
      loket: [{id: a, jenis: tetap, petugas: 2, nilai: null, buka: true}]
    expect: {result: 74, steps: {kecil: [4]}}
"""


def test_a_value_of_another_indicator_that_is_given_needs_none_of_its_data(tmp_path):
    """`mutu` itself goes over the rows of `antrean`, of which the example says nothing."""
    folder = tmp_path / "definitions"
    shutil.copytree(BASE, folder)
    (folder / "indicators" / "ganda.yaml").write_text(TWICE, encoding="utf-8")
    (outcome,) = engine.load(folder).test(["ganda"])
    assert outcome.differences == ()
