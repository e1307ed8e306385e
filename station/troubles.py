"""The sentences for each trouble: what is wrong, then what to do. Keys are the codes that ``Trouble`` carries."""

from __future__ import annotations


def N_(message: str) -> str:
    return message


SENTENCES: dict[str, str] = {
    "language": N_("There is no language “{language}”: choose lt or en."),
    "catalogue_syntax": N_("{place}: this is not TOML ({reason}); mend it there."),
    "catalogue_format": N_(
        "{place}: the catalogue is written in format {found}, this program reads format {known}: "
        "take a catalogue of that format or a newer program."
    ),
    "catalogue_missing": N_("{place}: “{key}” is missing; add it."),
    "catalogue_unknown": N_("{place}: “{key}” means nothing here; remove it or mend its spelling."),
    "catalogue_not_table": N_("{place}: “{key}” must be a table of entries; write it as [{key}]."),
    "catalogue_not_text": N_("{place}: “{key}” must be one line of text in quotes, not empty."),
    "catalogue_not_number": N_("{place}: “{key}” must be a whole number from {least} to {most}."),
    "catalogue_not_list": N_("{place}: “{key}” must be a list in square brackets, not empty."),
    "catalogue_choice": N_("{place}: “{key}” cannot be “{found}”; choose from: {choices}."),
    "catalogue_id": N_(
        "{place}: “{found}” cannot be an id; use small letters a–z and digits, joined by dots, “-” or “_”."
    ),
    "catalogue_domain": N_("{place}: “{found}” is no e-mail domain; write it as ktu.edu, in small letters."),
    "catalogue_title": N_("{place}: “{key}” lacks {part}, so its badges would all have one name; add it."),
    "catalogue_order": N_("{place}: “{key}” must not be below “{lower}”; make it larger."),
    "catalogue_twice": N_("{place}: “{key}”: two badges would have the id “{found}”; give each its own."),
    "report_form": N_("A log cannot be written as “{form}”; choose from: {forms}."),
    "report_no_folder": N_("There is no folder {folder}; make it or choose another place for the document."),
    "report_is_folder": N_("{path} is a folder; give the document a file name."),
    "report_disk_full": N_("The disk is full and {path} was not written; free some space and try again."),
    "report_unwritable": N_(
        "{path} cannot be written ({reason}); close it in other programs or choose another place."
    ),
}
