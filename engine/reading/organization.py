"""Read organization.yaml and regulations.yaml."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition import (
    AchievementRule,
    Division,
    Objective,
    Organization,
    Regulation,
    Signatory,
)
from engine.document import Document, MappingNode
from engine.problems import error, say
from engine.reading.fields import Fields, Notes

_LANGUAGES = ("id", "en")
_LOWER = ("mirror", "inverse")


def read_organization(document: Document, notes: Notes) -> Organization | None:
    """Return the organization; its language becomes that of all texts read after it."""
    top = Fields(document.root, notes)
    language = top.choice("language", _LANGUAGES)
    notes.language = language or "id"
    name = top.label("name")
    objectives = {
        entry.key: Objective(entry.key, title, entry.key_place)
        for entry in top.entries("objectives")
        if isinstance(entry.node, MappingNode)
        and (title := Fields(entry.node, notes).label("title")) is not None
    }
    divisions = {
        entry.key: Division(entry.key, title, entry.key_place, inner.text("head"))
        for entry in top.entries("divisions")
        if isinstance(entry.node, MappingNode)
        and (inner := Fields(entry.node, notes))
        and (title := inner.label("title")) is not None
    }
    issued = top.fields("issued")
    achievement = top.fields("achievement")
    remarks = top.remarks()
    if name is None or language is None:
        return None
    return Organization(
        name=name,
        language="en" if language == "en" else "id",
        objectives=objectives,
        divisions=divisions,
        text=document.text,
        place=top.start,
        post=top.text("post"),
        task=top.text("task"),
        functions=top.words("functions"),
        issued_at=None if issued is None else issued.text("at"),
        issued_on=None if issued is None else issued.text("on"),
        signatory=_signatory(top.fields("signatory")),
        achievement=AchievementRule() if achievement is None else read_achievement(achievement),
        advice_off=frozenset(top.words("advice_off")),
        remarks=remarks,
    )


def read_achievement(rule: Fields) -> AchievementRule:
    """Return how realisation and target become an achievement."""
    cap, floor = rule.number("cap"), rule.number("floor")
    if cap is not None and floor is not None and floor > cap:
        rule.notes.problems.append(
            error(
                "range-order",
                rule.place("floor"),
                say("the floor {floor} is above the cap {cap}", floor=floor, cap=cap),
            )
        )
    lower = rule.choice("lower", _LOWER)
    return AchievementRule(
        lower="mirror" if lower == "mirror" else "inverse" if lower == "inverse" else None,
        cap=cap,
        floor=floor,
        decimals=rule.whole("decimals"),
        scale=rule.thresholds("scale", "label"),
        place=rule.start,
        remarks=rule.remarks(),
    )


def read_regulations(document: Document, notes: Notes) -> Mapping[str, Regulation]:
    """Return the register of legal bases, by id."""
    found = {}
    for entry in Fields(document.root, notes).entries("regulations"):
        if not isinstance(entry.node, MappingNode):
            continue
        inner = Fields(entry.node, notes)
        citation = inner.text("citation")
        regulation = Regulation(
            id=entry.key,
            citation=citation or entry.key,
            place=entry.key_place,
            title=inner.label("title"),
            enacted=inner.partial_date("enacted"),
            promulgated=inner.partial_date("promulgated"),
            in_force=inner.partial_date("in_force"),
            applies_from=inner.partial_date("applies_from"),
            ends=inner.partial_date("ends"),
            amends=inner.names("amends", "regulation"),
            repeals=inner.names("repeals", "regulation"),
            address=inner.text("address"),
            unknown=inner.words("unknown"),
            remarks=inner.remarks(),
        )
        if citation is not None:
            found[entry.key] = regulation
    return found


def _signatory(fields: Fields | None) -> Signatory | None:
    if fields is None:
        return None
    name, post = fields.text("name"), fields.text("post")
    if name is None or post is None:
        return None
    return Signatory(name, post, fields.text("rank"), fields.text("number"))
