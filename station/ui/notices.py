"""The sentences of notices: what was done, in the active language."""

from __future__ import annotations

from typing import assert_never

from station.shown import shown
from station.texts import _, ngettext
from station.ui.bulletin import Notice, Said


def notice_sentence(notice: Notice) -> str:
    """One sentence for a notice."""
    n, text = notice.count, shown(notice.text)
    match notice.said:
        case Said.UNDONE:
            said = _("Undone: {name}. The scan stays in the log, struck through.").format(name=text)
            return said + (" " + _("The code is linked to nobody again.") if n else "")
        case Said.MATCHED:
            return _("Matched: {name}. Hours and badges are one person's now.").format(name=text)
        case Said.UNMATCHED:
            return _("Taken back: the walk-in counts apart again.")
        case Said.EVENT_ADDED:
            return _("Event added: {title}.").format(title=text)
        case Said.ROSTER_IMPORTED:
            said = ngettext("{n} person imported.", "{n} people imported.", n).format(n=n)
            if notice.bad:
                said += " " + ngettext("{n} row left out: {why}", "{n} rows left out: {why}", notice.bad).format(
                    n=notice.bad, why=text
                )
            return said
        case Said.LOG_SAVED:
            return _("Log saved: {path}").format(path=text)
        case Said.CONFIRMED:
            return ngettext("{n} visit confirmed.", "{n} visits confirmed.", n).format(n=n)
        case Said.SIGNED_OFF:
            return ngettext("{n} award signed off.", "{n} awards signed off.", n).format(n=n)
        case Said.SYNCED:
            return ngettext("{n} award issued.", "{n} awards issued.", n).format(n=n)
        case Said.PICTURES_READ:
            return _pictures(notice)
        case Said.SCAN_RESTORED:
            return _(
                "The hand scanner's keyboard layout is wrong; this code was put right. Test the scanner on the "
                "Readiness page, so that all of them are."
            )
        case _ as never:
            assert_never(never)


def _pictures(notice: Notice) -> str:
    n, text = notice.count, shown(notice.text)
    if not n and notice.files == 1:
        return _("No code in {name}: take the picture closer and in good light.").format(name=text)
    said = ngettext("{n} code found.", "{n} codes found.", n).format(n=n)
    return said + (" " + _("None in: {names}").format(names=text) if notice.bad else "")
