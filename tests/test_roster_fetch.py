"""A roster from a registry: from the real practice registry, and from servers that send it badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa

from station import assembly, database, intake
from station.headings import Field
from station.rosterfile import ALWAYS, Row
from station.sync import ob3_roster
from station.sync.line import HttpAnswer
from station.sync.ob3 import Ob3Registry
from station.trouble import Trouble
from station.troubles import SENTENCES
from tests.conftest import PASSPHRASE
from tests.registries import API, Act, Handler, Wild, close_early, discovery, half_an_answer, practice, say, wild
from tests.test_commands import Shell, shell  # noqa: F401 a fixture

PERSONAL_CODE = "33309240064"
FILE = """student_id,name,email,codes,valid_from,valid_until
A1001,Ąžuolė Šimkutė,azuole@example.edu,CARD-1;CARD-1b,2026-09-01,2027-01-31
A1002,"Žukauskas, Jonas",jonas@example.edu,CARD-2,,
A1003,,nobody@example.edu,CARD-3,,
A1005,Ūdra Čiurlytė,udra@example.edu,CARD-2,,
"""


def people(count: int, first: int = 0) -> list[dict[str, Any]]:
    numbers = range(first, first + count)
    return [{"student_id": f"B{n:06d}", "name": "Vardenė Pavardenė", "codes": [f"CARD-{n}"]} for n in numbers]


def described(handler: Handler, body: bytes) -> None:
    """A service description that announces a roster."""
    flow = {"tokenUrl": f"{handler.wild.url}/token", "scopes": {}}
    schemes = {"OAuth2ACG": {"flows": {"clientCredentials": flow}}}
    paths = {"/roster": {"get": {"operationId": "getRoster"}}}
    answer = {"openapi": "3.0.1", "components": {"securitySchemes": schemes}, "paths": paths}
    handler.answer(200, json.dumps(answer))


def served(everybody: Sequence[Any], page: int = 3, total: bool = True) -> Act:
    """A registry whose pages are smaller than asked for."""

    def act(handler: Handler, body: bytes) -> None:
        offset = int(parse_qs(urlsplit(handler.path).query)["offset"][0])
        headers = {"X-Total-Count": str(len(everybody))} if total else {}
        handler.answer(200, json.dumps({"person": everybody[offset : offset + page], "next": "?"}), headers)

    return act


def fetched(server: Wild, client: str | None = None, secret: str | None = None) -> list[str]:
    """The student ids of everybody."""
    registry = Ob3Registry("test", server.url, client, secret, read=5.0)
    try:
        return [one[Field.STUDENT_ID] for page in registry.roster() for one in page.people]
    finally:
        registry.close()


def asked(server: Wild) -> int:
    return sum("/roster?" in path for _, path, _, _ in server.seen)


# --- the adapter against servers that behave badly ---------------------------------------------------


@pytest.mark.parametrize(("count", "total"), [(7, True), (7, False), (6, True), (6, False), (0, True), (0, False)])
def test_all_pages_are_read_to_the_last(count: int, total: bool) -> None:
    with wild(gets=[described, served(people(count), 3, total)]) as server:
        assert fetched(server) == [one["student_id"] for one in people(count)]


PAGE_1 = say(200, json.dumps({"person": people(3)}), X_Total_Count="5")


@pytest.mark.parametrize(
    ("acts", "code"),
    [
        ([say(200, "<html>Please sign in</html>")], "registry_roster_garbled"),
        ([say(200, "[]")], "registry_roster_garbled"),
        ([PAGE_1, say(200, "half")], "registry_roster_garbled"),
        ([say(200, json.dumps({"person": people(3)}))], "registry_roster_garbled"),  # the first page for ever
        ([say(401)], "registry_unauthorized"),
        ([say(403)], "registry_roster_forbidden"),
        ([say(404)], "registry_no_roster"),
        ([PAGE_1, say(500)], "registry_roster_failed"),
        ([PAGE_1, say(503)], "registry_roster_busy"),
        ([say(429, Retry_After="3600")], "registry_roster_busy"),
        ([say(429, Retry_After="0")], "registry_roster_busy"),
        ([PAGE_1, say(302, Location="http://127.0.0.1:9/")], "registry_redirected"),
        ([PAGE_1, close_early], "registry_roster_unfinished"),
        ([PAGE_1, lambda handler, _body: half_an_answer(handler, b'{"person": []}')], "registry_roster_unfinished"),
        ([say(200, '{"person": []}' + " " * 5_000_000)], "registry_roster_unfinished"),
        ([PAGE_1, say(200, '{"person": []}', X_Total_Count="5")], "registry_roster_unfinished"),
        ([PAGE_1, say(200, json.dumps({"person": people(3, 3)}), X_Total_Count="6")], "registry_roster_unfinished"),
        ([PAGE_1, say(200, json.dumps({"person": people(3, 3)}), X_Total_Count="5")], "registry_roster_unfinished"),
        ([say(200, json.dumps({"person": people(1)}), X_Total_Count="200001")], "registry_roster_too_large"),
    ],
)
def test_what_is_no_whole_roster_is_none(acts: list[Act], code: str) -> None:
    with wild(gets=[described, *acts]) as server, pytest.raises(Trouble) as caught:
        fetched(server)
    assert caught.value.code == code
    assert SENTENCES[code].format(**caught.value.arguments)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("", "person"),
        ('"person"', "person"),
        ('{"people": []}', "person"),
        ('{"person": {}}', "person"),
        ("[" * 100_000, "person"),
        ('{"person": [7]}', "person[0]"),
        ('{"person": [{}, {"student_id": 20230001}]}', "person[1].student_id"),
        ('{"person": [{"valid_until": 20270131}]}', "person[0].valid_until"),
        ('{"person": [{"codes": "CARD-1"}]}', "person[0].codes"),
        ('{"person": [{"codes": ["CARD-1", 1]}]}', "person[0].codes[1]"),
        (json.dumps({"person": [{"codes": ["X"] * 65}]}), "person[0].codes"),
        (json.dumps({"person": [{"name": "x" * 1001}]}), "person[0].name"),
        ('{"person": [{"name": "\\ud800"}]}', "person[0].name"),
    ],
)
def test_where_a_page_is_wrong_is_told(body: str, where: str) -> None:
    with pytest.raises(Trouble) as caught:
        ob3_roster.page_of("test", HttpAnswer(200, {}, body.encode()))
    assert (caught.value.code, caught.value.arguments["where"]) == ("registry_roster_garbled", where)


def test_a_fault_is_named_by_its_place_and_never_by_what_stands_there() -> None:
    wrong = [*people(4), {"student_id": "B9", "email": 33309240064}]
    with wild(gets=[described, served(wrong)]) as server, pytest.raises(Trouble) as caught:
        fetched(server)
    assert caught.value.arguments == {"name": "test", "where": "person[4].email"}


@pytest.mark.parametrize("act", [discovery, say(200, '{"openapi": "3.0.1", "paths": []}')])
def test_a_registry_that_announces_none_is_not_asked_for_it(act: Act) -> None:
    with wild(gets=[act, served(people(3))]) as server:
        with pytest.raises(Trouble, match="registry_no_roster"):
            fetched(server)
        assert asked(server) == 0


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (say(200, "<html>"), "registry_garbled"),
        (say(404), "registry_not_found"),
        (say(500), "registry_roster_failed"),
        (say(503, Retry_After="5"), "registry_roster_busy"),
        (close_early, "registry_roster_unreachable"),
    ],
)
def test_without_a_description_there_is_no_roster(act: Act, code: str) -> None:
    with wild(gets=[act]) as server, pytest.raises(Trouble, match=code):
        fetched(server)
    with pytest.raises(Trouble, match="registry_roster_unreachable"):
        fetched(server)


def test_a_token_is_got_and_renewed_once_in_the_middle() -> None:
    everybody = served(people(5))
    with wild(gets=[described, everybody, say(401), everybody]) as server:
        assert len(fetched(server, client="c", secret="s")) == 5
        assert len(server.posted("/token")) == 2
        bearers = {headers.get("Authorization") for _, path, headers, _ in server.seen if "/roster?" in path}
        assert bearers == {"Bearer t"}
    with wild(gets=[described, say(401)]) as server:
        with pytest.raises(Trouble, match="registry_unauthorized"):
            fetched(server, client="c", secret="s")
        assert (asked(server), len(server.posted("/token"))) == (1, 1)
    with wild(gets=[described], tokens=[say(401, "{}")]) as server:
        with pytest.raises(Trouble, match="registry_unauthorized"):
            fetched(server, client="c", secret="s")
        assert asked(server) == 0


def test_a_registry_that_is_busy_for_a_moment_is_waited_for() -> None:
    everybody = served(people(5))
    with wild(gets=[described, everybody, say(429, Retry_After="0"), say(503, Retry_After="0"), everybody]) as server:
        assert len(fetched(server)) == 5


def test_hanging_up_ends_the_waiting() -> None:
    with wild(gets=[described, say(429, Retry_After="30")]) as server:
        registry = Ob3Registry("test", server.url)

        def leave() -> None:
            while not asked(server):
                time.sleep(0.01)
            registry.hang_up()

        thread = threading.Thread(target=leave)
        thread.start()
        began = time.monotonic()
        with pytest.raises(Trouble, match="registry_roster_busy"):
            next(registry.roster())
        thread.join()
        registry.close()
        assert time.monotonic() - began < 20


# --- bounds, without a network -----------------------------------------------------------------------


def page_of_many(size: int, offset: int, padding: int = 0) -> HttpAnswer:
    page = json.dumps({"person": people(size, offset), "padding": " " * padding})
    return HttpAnswer(200, {}, page.encode())


@pytest.mark.parametrize(
    ("bound", "value", "size", "padding"),
    [("MOST_LINES", 1_000, 100, 0), ("MOST_PAGES", 20, 1, 0), ("MOST_BYTES", 1_000_000, 1, 100_000)],
)
def test_pages_without_end_come_to_one(
    bound: str, value: int, size: int, padding: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ob3_roster, bound, value)
    last: list[int] = []

    def ask(offset: int) -> HttpAnswer:
        last.append(offset)
        return page_of_many(size, offset, padding)

    with pytest.raises(Trouble, match="registry_roster_too_large"):
        list(ob3_roster.pages("test", ask))
    assert 0 < last[-1] <= 1_000


def test_a_roster_that_drips_is_given_up() -> None:
    clock: Iterator[float] = iter([0.0, *(n * 100.0 for n in range(100))])
    pages = ob3_roster.pages("test", lambda offset: page_of_many(1, offset), lambda: next(clock))
    with pytest.raises(Trouble, match="registry_roster_unfinished"):
        list(pages)
    assert next(clock) == 800.0


# --- as rows -----------------------------------------------------------------------------------------


def test_what_is_offered_is_read_as_a_file_would_be() -> None:
    everybody = [
        {"student_id": "B1", "name": " Vardas  Pavardė ", "email": "V@Example.edu", "codes": ["C1", "C2"], "age": 7},
        {"student_id": "B2", "name": "Kita Pavardė", "codes": [PERSONAL_CODE]},
        {"email": "k@example.edu", "name": "Trečia", "codes": None, "valid_until": "kada nors"},
        {"student_id": None},
    ]
    body = HttpAnswer(200, {}, json.dumps({"person": everybody}).encode())
    good, bad = intake.offered("registry", ob3_roster.page_of("test", body).people).people()
    assert good == [Row(1, "B1", "Vardas Pavardė", "v@example.edu", ("C1", "C2"))]
    assert [(row.line, row.why) for row in bad] == [(2, "personal_code"), (3, "bad_date"), (4, "no_name")]


def test_dates_are_of_the_numbers_where_nobody_has_a_code() -> None:
    dated = {Field.STUDENT_ID: "B1", Field.NAME: "Vardas", Field.VALID_UNTIL: "2027-01-31"}
    (alone,), _ = intake.offered("r", [dated]).people()
    assert alone.id_span != ALWAYS == alone.span
    (first, _second), _ = intake.offered("r", [dated, dated | {Field.CODES: "C1"}]).people()
    assert first.span == alone.id_span
    assert first.id_span == ALWAYS


# --- the practice registry and the command -----------------------------------------------------------


def set_up(shell: Shell, url: str) -> None:  # noqa: F811
    shell("init", "--institution", "Testų universitetas", "--issuer", "https://badges.example.edu/issuer")
    shell("registry", "add", "practice", "--kind", "ob3", "--url", url)


def imports(shell: Shell) -> list[tuple[str, str]]:  # noqa: F811
    """What the data folder remembers of imports: file and who."""
    with assembly.opened(shell.folder / "home", PASSPHRASE) as station:
        table = database.roster_import
        rows = station.connection.execute(sa.select(table.c.file, table.c.who))
        return [(row.file, row.who) for row in rows]


def test_the_practice_registrys_roster_gives_what_its_file_does(shell: Shell, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "roster.csv"
    file.write_text(FILE, "utf-8")
    with practice(tmp_path / "registry", client="station", secret="s3cret", roster=file) as running:
        assert requests.get(f"{running.url}{API}/roster", timeout=10).status_code == 401
        (tmp_path / "secret").write_text("s3cret\n")
        shell("init", "--institution", "Testų universitetas", "--issuer", "https://badges.example.edu/issuer")
        with (tmp_path / "secret").open() as secret:
            given = ["--client", "station", "--secret-fd", str(secret.fileno())]
            shell("registry", "add", "practice", "--kind", "ob3", "--url", running.url, *given)
        (tried,) = shell.json("roster", "fetch", "--dry-run")
        assert (tried["registry"], tried["added"], tried["dry_run"]) == ("practice", 3, True)
        assert not shell.json("roster", "show")
        assert imports(shell) == []
        rejected = tmp_path / "rejected.csv"
        (said,) = shell.json("roster", "fetch", "practice", "--by", "Ona", "--rejected", str(rejected))
        assert [(row["line"], row["reason"], row["what"]) for row in said["rejected"]] == [(3, "number_taken", "2")]
        assert "registry practice, line 3" in shell.err
        (again,) = shell.json("roster", "import", str(file))
        assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3), "dates and codes are the same too"
        assert imports(shell) == [("registry practice", "Ona"), ("roster.csv", "")]
        mended = rejected.read_text("utf-8-sig").replace("CARD-2", "CARD-9")
        rejected.write_text(mended, "utf-8")
        (again,) = shell.json("roster", "import", str(rejected))
        assert (again["changed"], again["rejected"]) == (1, [])
        assert "nepakito: 3" in shell("roster", "fetch", "--lang", "lt")
        assert "practice" in shell.err
        page = requests.get(f"{running.url}{API}/discovery", timeout=10).json()
        assert "/roster" in page["paths"]


def test_a_command_that_gets_no_whole_roster_changes_nothing(shell: Shell) -> None:  # noqa: F811
    acts = [described, PAGE_1, say(500), described, say(200, '{"person": []}'), discovery]
    with wild(gets=acts) as server:
        set_up(shell, server.url)
        shell("registry", "remove", "practice")
        shell("roster", "fetch", code=1)
        assert "station registry add" in shell.err
        assert not server.seen
        shell("registry", "add", "practice", "--kind", "ob3", "--url", server.url)
        shell("roster", "fetch", code=1)
        assert "could not give its roster" in shell.err
        shell("roster", "fetch", code=1)
        assert "is empty" in shell.err
        shell("roster", "fetch", code=1)
        assert "roster import" in shell.err
        assert "offers no roster" in shell.err
        shell("roster", "fetch", "elsewhere", code=1)
        assert "“elsewhere”" in shell.err
    assert not shell.json("roster", "show")
    assert imports(shell) == []


def test_rows_that_are_there_twice_and_personal_codes_are_left_out_and_named(
    shell: Shell,  # noqa: F811
    tmp_path: Path,
) -> None:
    everybody = [*people(2), *people(1), {"student_id": PERSONAL_CODE, "name": "Kažkas"}]
    rejected = tmp_path / "rejected.csv"
    with wild(gets=[described, served(everybody)]) as server:
        set_up(shell, server.url)
        (said,) = shell.json("roster", "fetch", "--rejected", str(rejected))
    assert (said["added"], [(row["line"], row["reason"], row["what"]) for row in said["rejected"]]) == (
        2,
        [(3, "same_person", "1"), (4, "personal_code", "")],
    )
    assert PERSONAL_CODE not in shell.err + rejected.read_text("utf-8-sig")
    with wild(gets=[described, served(everybody[3:])]) as server:
        shell("registry", "add", "practice", "--kind", "ob3", "--url", server.url)
        shell("roster", "fetch", code=1)
    assert len(shell.json("roster", "show")) == 2
    assert len(imports(shell)) == 1


def test_the_registry_may_take_its_time_while_a_desk_writes(shell: Shell) -> None:  # noqa: F811
    """Nobody is kept from writing while the pages come."""
    everybody = served(people(2))

    def meanwhile(handler: Handler, body: bytes) -> None:
        with database.writing(shell.folder / "home", "a desk"):
            everybody(handler, body)

    with wild(gets=[described, meanwhile]) as server:
        set_up(shell, server.url)
        (said,) = shell.json("roster", "fetch")
        assert said["added"] == 2
        server.gets = [described, everybody]
        with database.writing(shell.folder / "home", "a desk"):
            (said,) = shell.json("roster", "fetch", "--dry-run")
            assert said["unchanged"] == 2
            server.gets = [described, everybody]
            shell("roster", "fetch", code=1)
            assert "a desk" in shell.err
