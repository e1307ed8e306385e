"""The log of one event, written as a spreadsheet (CSV), as data (JSON) or as a document to print (PDF)."""

from __future__ import annotations

from pathlib import Path

from station import texts
from station.reports import data, table
from station.reports.whole_file import write_whole
from station.trouble import Trouble
from station.views import DayView

FORMS = ("csv", "json", "pdf")


def write_log(view: DayView, form: str, path: Path, language: str) -> None:
    """Write everything ``view`` holds to ``path`` as ``form``, in ``language``, whole or not at all.

    Raises ``Trouble('report_form')`` for a form we do not have, ``Trouble('language')``, and the troubles of
    ``write_whole``.
    """
    with texts.speaking(language):
        match form:
            case "csv":
                content = table.log(view)
            case "json":
                content = data.log(view)
            case "pdf":
                from station.reports import document  # reportlab is slow to load, and not always needed

                content = document.log(view)
            case _:
                raise Trouble("report_form", form=form, forms=", ".join(FORMS))
        write_whole(path, content)
