"""An award as an Open Badges 3.0 credential, frozen then addressed; and the issuer's profile.

Pure: keys and texts come in, dictionaries go out. The words inside are Lithuanian and English side by side
whatever language the program speaks, so that every desk makes the same credential of the same award.
Instants are µs UTC.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.facts import AwardKey, Evidence, Proposal
from station.proofs import instant, multikey, public_of

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"


@dataclass(frozen=True, slots=True)
class Skill:
    """A competency: ``title`` by language, ``esco`` its address in the European classification or ""."""

    id: str
    title: Mapping[str, str]
    esco: str = ""


@dataclass(frozen=True, slots=True)
class Achievement:
    """The badge as the catalogue words it at sign-off. ``title`` and ``criteria`` by language (lt, en);
    ``needed`` is the threshold in whole seconds, 0 where hours are not counted; ``kind`` is a word of Open Badges'
    achievementType; ``skills`` are the competencies it stands for."""

    badge: str
    title: Mapping[str, str]
    criteria: Mapping[str, str]
    needed: int
    kind: str = "CommunityService"
    skills: tuple[Skill, ...] = ()


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who gives the badge: the profile's address and the institution's name."""

    url: str
    name: str


def _both(texts: Mapping[str, str], between: str) -> str:
    """Lithuanian, then English; once where they are the same or one is missing."""
    found = [texts.get("lt", ""), texts.get("en", "")]
    return between.join(dict.fromkeys(text for text in found if text)) or next(iter(texts.values()), "")


def _first(texts: Mapping[str, str]) -> str:
    return texts.get("lt") or texts.get("en") or next(iter(texts.values()), "")


def hours_text(seconds: int) -> str:
    """Hours with two decimals, floored: 14,399 s is 3.99, never 4.00."""
    hundredths = max(0, seconds) * 100 // 3600
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def achievement_id(issuer_url: str, badge: str) -> str:
    return f"{issuer_url.rstrip('/')}/badges/{quote(badge, safe='')}"


def unsigned(proposal: Proposal, issuer: Issuer, achievement: Achievement, events: Mapping[str, str]) -> dict[str, Any]:
    """The credential of an award but for its recipient: what a sign-off freezes.

    ``events`` gives the title of each event in the evidence. Holds no personal data, no number but in text,
    and is the same wherever the same award is signed off under the same catalogue wording.
    """
    key = proposal.key
    badge = achievement_id(issuer.url, achievement.badge)
    hours = f"{badge}#hours"
    evidence = sorted(proposal.evidence, key=lambda one: (one.start, one.end, one.event))
    described: dict[str, Any] = {
        "id": badge,
        "type": ["Achievement"],
        "achievementType": achievement.kind,
        "name": _first(achievement.title),
        "description": _both(achievement.title, " / "),
        "criteria": {"narrative": _both(achievement.criteria, "\n\n")},
    }
    subject: dict[str, Any] = {"type": ["AchievementSubject"], "achievement": described}
    if proposal.role is not None:
        subject["role"] = proposal.role.value
    if achievement.needed:
        subject["result"] = [{"type": ["Result"], "resultDescription": hours, "value": hours_text(proposal.seconds)}]
        described["resultDescription"] = [
            {
                "id": hours,
                "type": ["ResultDescription"],
                "name": "Valandos / Hours",
                "resultType": "RawScore",
                "requiredValue": hours_text(achievement.needed),
            }
        ]
    if achievement.skills:
        described["alignment"] = [_alignment(issuer, skill) for skill in achievement.skills]
    if evidence:
        subject["activityStartDate"] = instant(min(one.start for one in evidence))
        subject["activityEndDate"] = instant(max(one.end for one in evidence))
    credential: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": key.credential_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer.url, "type": ["Profile"], "name": issuer.name},
        "validFrom": instant(proposal.earned_at),
        "name": _first(achievement.title),
        "description": _both(achievement.title, " / "),
        "credentialSubject": subject,
    }
    told = [_visit(one, events) for one in evidence]
    told += [{"name": one.title, "narrative": one.said} for one in proposal.grounds]
    if told:
        space = uuid.UUID(key.award)
        credential["evidence"] = [
            {"id": f"urn:uuid:{uuid.uuid5(space, f'evidence {n}')}", "type": ["Evidence"], **one}
            for n, one in enumerate(told)
        ]
    return credential


def _alignment(issuer: Issuer, skill: Skill) -> dict[str, Any]:
    """A competency as the standard's alignment; where Europe has no address for it, it has one at the issuer's."""
    alignment = {
        "type": ["Alignment"],
        "targetName": _both(skill.title, " / "),
        "targetUrl": skill.esco or f"{issuer.url.rstrip('/')}/competencies/{quote(skill.id, safe='')}",
        "targetCode": skill.id,
    }
    return {**alignment, "targetFramework": "ESCO"} if skill.esco else alignment


def _visit(one: Evidence, events: Mapping[str, str]) -> dict[str, Any]:
    """One confirmed visit: when and how long, at which event; never with whom."""
    hours, minutes = divmod(one.seconds // 60, 60)
    return {
        "name": events.get(one.event) or "Renginys / Event",
        "narrative": f"{instant(one.start)} – {instant(one.end)}, {hours} h {minutes} min",
    }


def addressed(credential: Mapping[str, Any], email: str, institution_key: bytes, award_key: AwardKey) -> dict[str, Any]:
    """The credential with its recipient: a salted hash of the e-mail (NFC, lower case), never the e-mail.

    The salt is an HMAC of the award's id, so every issuing station makes the same one and nobody else can
    guess it.
    """
    normal = unicodedata.normalize("NFC", email.strip()).lower()
    salt = hmac.new(institution_key, b"recipient\x00" + award_key.award.encode(), hashlib.sha256).hexdigest()[:32]
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + hashlib.sha256((normal + salt).encode()).hexdigest(),
        "identityType": "emailAddress",
        "salt": salt,
    }
    return {**credential, "credentialSubject": {**credential["credentialSubject"], "identifier": [identity]}}


def wire(credential: Mapping[str, Any]) -> str:
    """The one text of a credential: what is sent, stored and digested."""
    return json.dumps(credential, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- the issuer's profile ---------------------------------------------------------------------------------


def verification_method_id(issuer_url: str, public: Ed25519PublicKey) -> str:
    return f"{issuer_url}#{multikey(public)}"


def issuer_profile(issuer_url: str, name: str, keys: Iterable[Ed25519PublicKey]) -> dict[str, Any]:
    """The Open Badges Profile to publish at ``issuer_url``: who issues, and every key that may sign for
    it."""
    methods = [
        {
            "id": verification_method_id(issuer_url, key),
            "type": "Multikey",
            "controller": issuer_url,
            "publicKeyMultibase": multikey(key),
        }
        for key in keys
    ]
    return {
        "@context": [*CONTEXTS, MULTIKEY_CONTEXT],
        "id": issuer_url,
        "type": ["Profile"],
        "name": name,
        "url": issuer_url,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def keys_of(profile: Mapping[str, Any]) -> dict[str, Ed25519PublicKey]:
    """The keys of a profile by verification method id. Raises ``ValueError`` saying what is wrong."""
    if not profile.get("id"):
        raise ValueError("id: the issuer's address is missing")
    methods = profile.get("verificationMethod")
    if not isinstance(methods, list) or not methods:
        raise ValueError("verificationMethod: a list of keys is missing")
    found: dict[str, Ed25519PublicKey] = {}
    for number, method in enumerate(methods):
        try:
            found[str(method["id"])] = public_of(str(method["publicKeyMultibase"]))
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError(f"verificationMethod[{number}]: not an Ed25519 Multikey") from error
    return found
