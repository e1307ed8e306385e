"""Is this an Open Badges 3.0 credential by its shape? The practice registry's check before the proof.

Written after the data model of the standard, since its schema files may not be shipped. It asks for what
the standard requires and looks at what is there of the rest; unknown members are left to the proof, which
refuses what it does not cover.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

FIRST_CONTEXT = "https://www.w3.org/ns/credentials/v2"
SECOND_CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)?\.json")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_HASH = re.compile(r"sha256\$[0-9A-Fa-f]{64}|md5\$[0-9A-Fa-f]{32}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EXTENSION = re.compile(r"ext:[A-Za-z0-9._|-]+")
"""The vocabularies below may be extended by words of this form."""
ACHIEVEMENT_TYPES = _words(
    """
    Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge
    BachelorDegree Certificate CertificateOfCompletion Certification CoCurricular CommunityService
    Competency Course Degree Diploma DoctoralDegree Fieldwork GeneralEducationDevelopment
    JourneymanCertificate LearningProgram License MasterCertificate MasterDegree Membership
    MicroCredential ProfessionalDoctorate QualityAssuranceCredential ResearchDoctorate
    SecondarySchoolDiploma
    """
)
ALIGNMENT_TYPES = _words(
    "ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL"
)
RESULT_TYPES = _words(
    """
    GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result
    RubricCriterion RubricCriterionLevel RubricScore ScaledScore Status
    """
)
RESULT_STATES = _words(
    """
    Completed Enrolled Failed InProgress OnHold Provisional Withdrew
    """
)
IDENTITY_TYPES = _words(
    """
    accountId emailAddress identifier isbn issn lisSourcedId ltiContextId ltiDeploymentId
    ltiPlatformId ltiToolId ltiUserId name nationalIdentityNumber oneRosterSourcedId productId
    sisSourcedId sourcedId systemId userName
    """
)


class BadShape(Exception):
    """Not such a credential: the JSON path of the first fault and why it is one, in English."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def parsed(body: bytes) -> dict[str, Any]:
    """Strict JSON: UTF-8, one object, no member twice, no NaN. Raises ``BadShape``."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            raise BadShape("$", f"the member {next(n for n in names if names.count(n) > 1)!r} is there twice")
        return found

    def no_number(name: str) -> Any:
        raise BadShape("$", f"{name} is no JSON number")

    try:
        document = json.loads(body.decode("utf-8"), object_pairs_hook=once, parse_constant=no_number)
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise BadShape("$", "not JSON in UTF-8") from None
    if not isinstance(document, dict):
        raise BadShape("$", "a JSON object is expected")
    return document


def microseconds(text: str) -> int:
    """An ISO instant with its zone as µs UTC. Raises ``ValueError``."""
    if not _DATE.fullmatch(text):
        raise ValueError("a date and time with its zone is expected, such as 2026-11-22T14:00:00Z")
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def require_credential(document: dict[str, Any]) -> None:
    """Return when the document has the shape of an achievement credential. Raises ``BadShape``."""
    _contexts(document.get("@context"))
    _uri(document, "id", "$")
    _types(document, "$", ("VerifiableCredential",), ("OpenBadgeCredential", "AchievementCredential"))
    issuer: Any = document.get("issuer")
    if isinstance(issuer, str):
        _uri(document, "issuer", "$")
    else:
        _object(issuer, "$.issuer")
        _uri(issuer, "id", "$.issuer")
        _types(issuer, "$.issuer", ("Profile",))
        for name in ("name", "url", "phone", "description", "email", "official"):
            _text(issuer, name, "$.issuer")
    _instant(document, "validFrom", "$", required=True)
    for name in ("validUntil", "awardedDate"):
        _instant(document, name, "$")
    for name in ("name", "description"):
        _text(document, name, "$")
    _subject(document.get("credentialSubject"), "$.credentialSubject")
    for path, one in _each(document, "evidence", "$"):
        _types(one, path, ("Evidence",))
        for name in ("id", "name", "narrative", "description", "genre", "audience"):
            _text(one, name, path)
    _proof(document)


def _contexts(found: Any) -> None:
    if not isinstance(found, list) or len(found) < 2:
        raise BadShape("$.@context", "a list of at least two addresses is required")
    if found[0] != FIRST_CONTEXT:
        raise BadShape("$.@context[0]", f"{FIRST_CONTEXT} must come first")
    if not isinstance(found[1], str) or not SECOND_CONTEXT.fullmatch(found[1]):
        raise BadShape("$.@context[1]", "the Open Badges 3.0 context must come second")
    for number, one in enumerate(found):
        if not isinstance(one, str):
            raise BadShape(f"$.@context[{number}]", "only addresses of contexts are accepted")


def _subject(subject: Any, path: str) -> None:
    _object(subject, path)
    _types(subject, path, ("AchievementSubject",))
    if "id" in subject:
        _uri(subject, "id", path)
    identifiers = list(_each(subject, "identifier", path))
    if "id" not in subject and not identifiers:
        raise BadShape(path, "an id or an identifier of the recipient is required")
    for here, one in identifiers:
        _identity(one, here)
    for name in ("activityStartDate", "activityEndDate"):
        _instant(subject, name, path)
    for name in ("role", "narrative", "term", "licenseNumber"):
        _text(subject, name, path)
    _achievement(subject.get("achievement"), f"{path}.achievement")
    for here, one in _each(subject, "result", path):
        _types(one, here, ("Result",))
        for name in ("value", "resultDescription", "achievedLevel"):
            _text(one, name, here)
        _word(one, "status", here, RESULT_STATES)


def _identity(one: dict[str, Any], path: str) -> None:
    if one.get("type") != "IdentityObject":
        raise BadShape(f"{path}.type", "must be IdentityObject")
    if not isinstance(one.get("hashed"), bool):
        raise BadShape(f"{path}.hashed", "must be true or false")
    for name in ("identityHash", "identityType"):
        _text(one, name, path, required=True)
    _word(one, "identityType", path, IDENTITY_TYPES)
    if one["hashed"] and not _HASH.fullmatch(one["identityHash"]):
        raise BadShape(f"{path}.identityHash", "must be sha256$ and 64 hex digits")
    _text(one, "salt", path)
    if unknown := one.keys() - {"type", "hashed", "identityHash", "identityType", "salt"}:
        raise BadShape(f"{path}.{min(unknown)}", "an identity object has no such member")


def _achievement(one: Any, path: str) -> None:
    _object(one, path)
    _uri(one, "id", path)
    _types(one, path, ("Achievement",))
    for name in ("name", "description"):
        _text(one, name, path, required=True)
    _object(one.get("criteria"), f"{path}.criteria")
    for name in ("id", "narrative"):
        _text(one["criteria"], name, f"{path}.criteria")
    _word(one, "achievementType", path, ACHIEVEMENT_TYPES)
    for name in ("humanCode", "fieldOfStudy", "specialization", "inLanguage", "version"):
        _text(one, name, path)
    for here, aligned in _each(one, "alignment", path):
        _types(aligned, here, ("Alignment",))
        _text(aligned, "targetName", here, required=True)
        _uri(aligned, "targetUrl", here)
        for name in ("targetCode", "targetDescription", "targetFramework"):
            _text(aligned, name, here)
        _word(aligned, "targetType", here, ALIGNMENT_TYPES)
    for here, described in _each(one, "resultDescription", path):
        _uri(described, "id", here)
        _types(described, here, ("ResultDescription",))
        for name in ("name", "resultType"):
            _text(described, name, here, required=True)
        _word(described, "resultType", here, RESULT_TYPES)
        for name in ("requiredLevel", "requiredValue", "valueMin", "valueMax"):
            _text(described, name, here)


def _proof(document: dict[str, Any]) -> None:
    proofs = list(_each(document, "proof", "$"))
    if not proofs:
        raise BadShape("$.proof", "a proof is required")
    for path, one in proofs:
        for name in ("type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"):
            _text(one, name, path, required=True)
        _instant(one, "created", path)
        if one["proofPurpose"] != "assertionMethod":
            raise BadShape(f"{path}.proofPurpose", "must be assertionMethod")


# --- the parts that shapes are made of --------------------------------------------------------------------


def _object(found: Any, path: str) -> None:
    if not isinstance(found, dict):
        raise BadShape(path, "an object is required")


def _each(owner: dict[str, Any], name: str, path: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """The objects of a member that may be one object or a list of them, with their paths."""
    if name not in owner:
        return
    found = owner[name]
    several = found if isinstance(found, list) else [found]
    for number, one in enumerate(several):
        here = f"{path}.{name}[{number}]" if isinstance(found, list) else f"{path}.{name}"
        _object(one, here)
        yield here, one


def _types(owner: dict[str, Any], path: str, *groups: tuple[str, ...]) -> None:
    """The type must hold one of each group."""
    found = owner.get("type")
    names = [found] if isinstance(found, str) else found
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadShape(f"{path}.type", "a list of type names is required")
    for group in groups:
        if not any(name in names for name in group):
            raise BadShape(f"{path}.type", f"must hold {' or '.join(group)}")


def _text(owner: dict[str, Any], name: str, path: str, *, required: bool = False) -> None:
    if name not in owner and not required:
        return
    if not isinstance(owner.get(name), str) or not owner[name].strip():
        raise BadShape(f"{path}.{name}", "a text is required")


def _word(owner: dict[str, Any], name: str, path: str, words: frozenset[str]) -> None:
    """One of the standard's words, or an extension of them."""
    _text(owner, name, path)
    if name in owner and owner[name] not in words and not _EXTENSION.fullmatch(owner[name]):
        raise BadShape(f"{path}.{name}", "must be a word of the standard, or begin with ext:")


def _uri(owner: dict[str, Any], name: str, path: str) -> None:
    found = owner.get(name)
    if not isinstance(found, str) or not _URI.fullmatch(found.strip()):
        raise BadShape(f"{path}.{name}", "an absolute URI is required")


def _instant(owner: dict[str, Any], name: str, path: str, *, required: bool = False) -> None:
    if name not in owner and not required:
        return
    _parsed_by(microseconds, owner.get(name), f"{path}.{name}")


def _parsed_by(parse: Callable[[str], object], found: Any, path: str) -> None:
    try:
        parse(found if isinstance(found, str) else "")
    except (ValueError, OverflowError) as error:
        raise BadShape(path, str(error)) from None
