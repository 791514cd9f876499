"""IP ASN as variables of OpenFisca, and of PolicyEngine, which grew out of it and has the same words.

A training is OpenFisca's person, an employee the group that trainings belong to. Categories are given as
positions, points are looked up in arrays: the fastest forms that the libraries know.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import polars as pl

from benchmarks import employees as e
from benchmarks.peers import Answer
from benchmarks.peers.numpy_arrays import Coded, coded, means, table

PERIOD = str(e.YEAR)


def system(library: str) -> Any:
    """Return the rules in the words of *library*."""
    build_entity = import_module(f"{library}.entities").build_entity
    variable = import_module(f"{library}.variables").Variable
    rules = import_module(f"{library}.taxbenefitsystems").TaxBenefitSystem
    year = import_module(f"{library}.periods").YEAR
    training = build_entity("training", "trainings", "", is_person=True)
    employee = build_entity("employee", "employees", "", roles=[{"key": "deed", "plural": "deeds"}])

    def input_of(name: str, entity: Any, type_: type) -> Any:
        return type(name, (variable,), _named(name, entity, type_))

    def computed(name: str, entity: Any, type_: type, formula: Any) -> Any:
        return type(name, (variable,), {**_named(name, entity, type_), "formula": formula})

    def _named(name: str, entity: Any, type_: type) -> dict[str, Any]:
        named = {"value_type": type_, "entity": entity, "definition_period": year, "label": name}
        return {**named, "default_value": type_()}

    def total(people: Any, array: Any) -> Any:
        # Their sum ends with the last employee who has a training.
        found = people.sum(array)
        return found if len(found) == people.count else np.pad(found, (0, people.count - len(found)))

    kinds = {name: position for position, name in enumerate(e.KINDS)}

    def lead(person: Any, period: Any) -> Any:
        return _suits(person, period) & (person.members("jenis", period) == kinds["kepemimpinan"])

    def func(person: Any, period: Any) -> Any:
        return _suits(person, period) & (person.members("jenis", period) == kinds["fungsional"])

    def _suits(person: Any, period: Any) -> Any:
        return person.members("sesuai", period) & (person.members("tahun", period) <= e.YEAR)

    def jam(person: Any, period: Any) -> Any:
        when = person.members("tahun", period)
        counts = (person.members("jenis", period) == kinds["teknis"]) & (when > e.YEAR - 1) & (when <= e.YEAR)
        return total(person, np.where(counts, person.members("jp", period), 0.0))

    def seminars(person: Any, period: Any) -> Any:
        when = person.members("tahun", period)
        return total(
            person,
            (person.members("jenis", period) == kinds["seminar"]) & (when > e.YEAR - 2) & (when <= e.YEAR),
        )

    education = table(tuple(e.EDUCATION), e.EDUCATION)
    technical = table(e.POSTS, e.TECHNICAL, e.TECHNICAL_ELSE)
    seminar = table(e.POSTS, e.SEMINAR, e.SEMINAR_ELSE)
    punishment = table(tuple(e.PUNISHMENT), e.PUNISHMENT)
    limits = np.array([limit for limit, _ in reversed(e.PERFORMANCE)], dtype=float)
    points = np.array([e.PERFORMANCE_ELSE, *[p for _, p in reversed(e.PERFORMANCE)]], dtype=float)

    def kualifikasi(person: Any, period: Any) -> Any:
        return education[person("pendidikan", period)]

    def kompetensi(person: Any, period: Any) -> Any:
        post = person("jabatan", period)
        leads = np.isin(post, [e.POSTS.index(name) for name in e.LEADERS])
        led = total(person, lead(person, period)) > 0
        did = total(person, func(person, period)) > 0
        return (
            np.where(leads & led, 15.0, 0.0)
            + np.where((post == e.POSTS.index("fungsional")) & did, 15.0, 0.0)
            + np.where(person("jam", period) >= 20, technical[post], 0.0)
            + np.where(person("seminars", period) > 0, seminar[post], 0.0)
        )

    def kinerja(person: Any, period: Any) -> Any:
        skp = person("skp", period)
        return np.where(skp < 0.0, 0.0, points[np.searchsorted(limits, skp, "right")])

    def disiplin(person: Any, period: Any) -> Any:
        return punishment[person("hukuman", period)]

    def nilai(person: Any, period: Any) -> Any:
        return sum(person(name, period) for name in ("kualifikasi", "kompetensi", "kinerja", "disiplin"))

    found = rules([training, employee])
    found.add_variables(
        input_of("jenis", training, int),
        input_of("sesuai", training, bool),
        input_of("jp", training, float),
        input_of("tahun", training, int),
        *[input_of(name, employee, int) for name in ("pendidikan", "jabatan", "hukuman")],
        input_of("skp", employee, float),
        *[
            computed(formula.__name__, employee, float, formula)
            for formula in (jam, seminars, kualifikasi, kompetensi, kinerja, disiplin, nilai)
        ],
    )
    return found


def answer(library: str, rules: Any, frames: tuple[pl.DataFrame, pl.DataFrame]) -> Answer:
    """Return what the rules give for the frames."""
    data = coded(*frames)
    simulation = simulation_of(library, rules, data)
    values = np.asarray(simulation.calculate("nilai", PERIOD), dtype=float)
    return means(data, values)


def simulation_of(library: str, rules: Any, data: Coded) -> Any:
    builder = import_module(f"{library}.simulations").SimulationBuilder()
    builder.create_entities(rules)
    trainings, people = builder.populations["training"], builder.populations["employee"]
    for population, count in ((trainings, len(data.owner)), (people, len(data.agency))):
        population.ids = np.arange(count)
        population.count = count
    builder.persons_plural = "trainings"
    people.members_entity_id = data.owner
    simulation = builder.build(rules)
    for name in ("jenis", "sesuai", "jp", "tahun"):
        simulation.set_input(name, PERIOD, data.trainings[name])
    for name in ("pendidikan", "jabatan", "hukuman"):
        simulation.set_input(name, PERIOD, data.columns[name])
    # They have no blank among numbers.
    skp = data.columns["skp"]
    simulation.set_input("skp", PERIOD, np.where(np.isnan(skp), -1.0, skp))
    return simulation
