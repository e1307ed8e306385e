"""The sentences for each trouble: what is wrong, then what to do. Keys are the codes that ``Trouble`` carries."""

from __future__ import annotations


def N_(message: str) -> str:
    return message


SENTENCES: dict[str, str] = {
    "bug": N_(
        "Something went wrong inside the program ({kind}); nothing recorded is lost. Try again, and if it comes back "
        "send us the log folder."
    ),
    "not_set_up": N_("There is no station in {home}: set it up with “station init” or join with “station enroll”."),
    "set_up_already": N_("{home} is set up already: choose another folder with --home."),
    "key_file": N_("{file} is damaged, so the data cannot be unlocked: put it back from a copy."),
    "empty_passphrase": N_("The passphrase is empty: choose one of several words."),
    "no_key_store": N_(
        "This computer has no key store: give a passphrase with STATION_PASSPHRASE_FILE or --passphrase-fd."
    ),
    "passphrase_needed": N_(
        "This data folder is locked: give its passphrase (STATION_PASSPHRASE_FILE or --passphrase-fd)."
    ),
    "passphrase_wrong": N_("The passphrase is wrong: try again."),
    "passphrase_unreadable": N_("No passphrase can be read from {where}: check the file or descriptor."),
    "secret_unreadable": N_("No secret can be read from descriptor {where}: check what was given there."),
    "key_store": N_("The computer's key store does not give the key of this data folder: unlock it and try again."),
    "database_key": N_(
        "The data in {home} cannot be read with this key: check that it is the right folder and key file."
    ),
    "database_newer": N_(
        "The data was written by a newer version (tables {found}, this program knows {known}): update the program."
    ),
    "database_unfinished": N_(
        "The database of this folder is empty: put station.db back from a copy, or, if nothing was ever recorded "
        "here, remove the folder and set it up again."
    ),
    "database_broken": N_("The database in {home} is damaged: stop using it and restore a copy."),
    "database_busy": N_("The database in {home} is busy: try again in a moment."),
    "disk_full": N_("The disk is full, nothing more can be recorded: free some space in {home} and try again."),
    "disk_failed": N_("The disk with {home} failed to read or write: move the data to another disk."),
    "read_only": N_("{home} cannot be written: check its permissions, or choose another folder with --home."),
    "busy": N_("Another program is writing to {home}: {what}. End it first."),
    "settings": N_("{file}: “{key}” is wrong ({reason}): mend or remove it."),
    "write": N_("{file} cannot be written ({reason}): choose another place."),
    "read": N_("{file} cannot be read ({reason}): check the name and permissions."),
    "exists": N_("{file} is there already and was left as it is: choose another name."),
    "institution_name": N_("The institution needs a name of up to 200 letters: give one."),
    "issuer_url": N_("“{url}” is no address of an issuer profile: give one like https://badges.example.edu/issuer."),
    "provisioning": N_("{file} is no provisioning file: take the one that “station init --provisioning-out” wrote."),
    "provisioning_version": N_("{file} was written by another version of the program: make a new one there."),
    "pass_key_times": N_("The key would end before it begins: check both times."),
    "pass_key_unknown": N_("There is no pass key “{kid}”: see “station passes keys list”."),
    "pass_no_key": N_("No key may sign passes now: make one with “station passes keys new”."),
    "pass_key_elsewhere": N_(
        "The key that signs passes is on another computer: issue there, or make a key here with "
        "“station passes keys new”."
    ),
    "pass_times": N_("The passes would have ended already: give a later end."),
    "pass_not_ours": N_(
        "This is no whole pass signed with a key that this station knows: name its holder instead, or import the keys."
    ),
    "pass_denied_already": N_(
        "This person's pass was withdrawn already, and no newer one is known here: give the newer one's text."
    ),
    "pass_file": N_(
        "{file} is no file of pass keys of this institution, or was changed: export it anew there and bring it again."
    ),
    "check_pass_no_key": N_(
        "No key may sign passes now: make one with “station passes keys new”, or import the newest keys."
    ),
    "check_pass_key_ends": N_(
        "The last key that signs passes ends in {days} d: make its successor with “station passes keys new”, "
        "14 days before its first use."
    ),
    "check_pass_news": N_(
        "What is known of keys and withdrawn passes is {hours} h old: import the newest with “station passes keys "
        "import”."
    ),
    "check_pass_news_old": N_(
        "What is known of withdrawn passes is {days} d old: take passes for a name, not a proof, and look at the face; "
        "import the newest with “station passes keys import”."
    ),
    "event_title": N_("The event needs a title of up to 200 letters: give one."),
    "event_series": N_("The series' name must be one line of up to 100 letters: shorten it."),
    "event_times": N_("The event ends before it starts: check both times."),
    "event_unit": N_("The programme has no unit “{unit}”: choose one of {known}."),
    "event_badge": N_("“{badge}” is no badge that an event of “{unit}” can earn: see the programme."),
    "event_unknown": N_("There is no event {event}: see “station event list”."),
    "person_unknown": N_("Nobody on the roster is called by that: give a person id, a student id or an e-mail."),
    "personal_code_given": N_("There is a personal code in the text, which is never kept: write it without."),
    "visit_unknown": N_("There is no such visit at this event: take its writer:seq from the log."),
    "visit_running": N_("That visit is still going on: check the person out first."),
    "award_unknown": N_("There is no such award at this event: see “station awards”."),
    "who": N_("Say who does this: give a name."),
    "nothing_to_link": N_("That was no scan of an unknown code here: scan the code again."),
    "code_known": N_("That code is somebody's on the roster: scan it again."),
    "code_linked": N_("That code is linked to somebody already: scan it again, or take that link back first."),
    "code_unreadable": N_("That is not a code: check what was entered."),
    "code_personal": N_("That is a personal code, which must not be kept: use another card or number."),
    "walk_in_name": N_("A walk-in needs a name of one line, up to 200 letters: enter it."),
    "walk_in_personal_code": N_("The name holds a personal code, which must not be kept: enter the name alone."),
    "walk_in_out": N_("A walk-in can only come in: choose In first."),
    "walk_in_unmatched": N_(
        "A walk-in's badge is signed off once the walk-in is matched to somebody on the roster: match them first."
    ),
    "match_same": N_("These are one person already: nothing is left to do."),
    "match_taken": N_("One of them is matched to somebody else: take that match back first."),
    "link_unknown": N_("There is no such link: take its writer:seq from “station person show”."),
    "award_held": N_("This person has the badge already under another id, so it is not sent a second time."),
    "nothing_to_undo": N_("There is no scan here that could be undone."),
    "not_earned": N_(
        "The hours of this badge were taken back before it was sent, so it waits: mend them, or leave it."
    ),
    "award_not_refused": N_("Award {award} was not refused for good, so there is nothing to send again."),
    "refused_some": N_(
        "The registry refused {n}: see “station queue”, mend the cause, then “station queue --again all”."
    ),
    "not_issuing": N_(
        "This station holds no issuing key: its sign-offs are sent by the institution's issuing station."
    ),
    "no_email": N_("The roster has no e-mail for this person: add it to the roster and import it again."),
    "registry_url": N_("“{url}” is no address of a registry: give one as https://registry.example.edu."),
    "registry_plain": N_("“{url}” is not encrypted: give the registry's https:// address."),
    "registry_invalid": N_("{name} refused an award as wrong: read its reason in the queue and correct the award."),
    "registry_unauthorized": N_(
        "{name} does not accept this station's client id or secret: enter them anew with “station registry add”."
    ),
    "registry_forbidden": N_("{name} does not let this station issue badges: ask whoever runs it for the right to."),
    "registry_not_found": N_("There is no registry at the address of {name}: check it with “station registry list”."),
    "registry_conflict": N_("{name} refused an award as already there, yet does not list it: ask whoever runs it."),
    "registry_rejected": N_("{name} refused an award: read its reason in the queue and ask whoever runs it."),
    "registry_busy": N_("{name} asks to wait: the awards stay here and are sent again by themselves."),
    "registry_server_error": N_(
        "{name} has a fault of its own: the awards stay here and are sent again by themselves; tell whoever runs it."
    ),
    "registry_unreachable": N_(
        "{name} cannot be reached: check the network; the awards stay here and are sent again by themselves."
    ),
    "registry_interrupted": N_(
        "The connection to {name} broke off: the awards stay here and are sent again by themselves."
    ),
    "registry_garbled": N_(
        "What answers at the address of {name} is no registry: sign in to the network if it asks for that, "
        "else check the address."
    ),
    "registry_redirected": N_(
        "{name} sends us elsewhere: sign in to the network if it asks for that, else check the address."
    ),
    "registry_not_sent": N_("The award's turn did not come: it is sent again by itself."),
    "registry_no_roster": N_("{name} offers no roster: import a file with “station roster import”."),
    "registry_roster_empty": N_("The roster that {name} offers is empty, so nothing changed: ask whoever runs it."),
    "registry_roster_forbidden": N_(
        "{name} does not let this station read its roster: ask whoever runs it for the right to."
    ),
    "registry_roster_busy": N_("{name} asks to wait, so nothing changed: fetch the roster again later."),
    "registry_roster_failed": N_(
        "{name} could not give its roster, so nothing changed: tell whoever runs it, and try again later."
    ),
    "registry_roster_unreachable": N_(
        "{name} cannot be reached, so nothing changed: check the network and fetch the roster again."
    ),
    "registry_roster_unfinished": N_(
        "The roster of {name} did not come whole, so nothing changed: check the network and fetch it again."
    ),
    "registry_roster_garbled": N_(
        "What {name} sends as its roster is none ({where}), so nothing changed: tell whoever runs it."
    ),
    "registry_roster_too_large": N_(
        "The roster of {name} goes beyond {rows} people, {pages} pages or {megabytes} MB, so nothing changed: tell "
        "whoever runs it."
    ),
    "issuer_profile": N_("{file} is no issuer's profile with keys: make one with “station issuer”."),
    "practice_data": N_("The practice registry cannot keep its data in {file}: choose another folder."),
    "port_taken": N_("Port {port} is in use: choose another one, or 0 for a free one."),
    "registry_none": N_("No registry is set up, so awards wait here: add it with “station registry add”."),
    "registry_second": N_("Awards go to “{first}” already: remove it first with “station registry remove”."),
    "registry_unknown": N_("There is no registry “{name}”: see “station registry list”."),
    "time_unreadable": N_("“{text}” is no time: write it as 2026-11-22T10:00."),
    "time_twice": N_("{text} happened twice when the clocks changed: add the offset, as in +03:00 or +02:00."),
    "time_never": N_("{text} did not exist because the clocks changed: check the time."),
    "roster_too_large": N_("{file} is larger than {megabytes} MB: split it."),
    "roster_too_many": N_("{file} has more than {rows} rows or {columns} columns: split it."),
    "roster_unreadable": N_("{file} is no table that can be read: save it as XLSX or CSV (UTF-8) and try again."),
    "roster_old": N_(
        "{file} is an old or locked spreadsheet: save it as XLSX without a password, or as CSV (UTF-8), and try again."
    ),
    "roster_sheet": N_("{file} has no sheet “{sheet}”: choose one of: {known}."),
    "roster_empty": N_("{file} is empty: export it again."),
    "roster_column": N_("There is no column “{column}”: choose one of: {known}."),
    "roster_columns_twice": N_(
        "{file}: “{first}” and “{second}” are both read as {field}: choose one of them (in a command: "
        "--column {field}=…)."
    ),
    "roster_columns_missing": N_(
        "In {file} no columns are known that hold a name and a student number or e-mail: choose them (in a command: "
        "--column name=…)."
    ),
    "roster_none": N_("The roster is empty, so every code is unknown: import one."),
    "roster_stale": N_("The roster was imported {days} days ago, and at most {most} are allowed: import a new one."),
    "roster_soon_stale": N_(
        "The roster was imported {days} days ago, and no desk opens by one older than {most}: import a new one soon."
    ),
    "override_reason": N_("Say why the desk is opened all the same: give a reason of up to 500 letters."),
    "roster_no_rows": N_("No row of {file} could be taken, so nothing changed: mend the rows and try again."),
    "batch_heading": N_("{file} must begin with the headings {columns}: add them and try again."),
    "batch_rows_left": N_(
        "Rows of {file} left out: {n}. Mend them and enter the file again; what went in stays as it is."
    ),
    "batch_no_rows": N_("No row of {file} could be taken, so nothing was recorded: mend the rows and try again."),
    "check_clock": N_("This computer's clock differs by {seconds} s from the registry's: set it right."),
    "check_disk": N_("Only {megabytes} MB are free where {home} lies: free some space."),
    "check_decode": N_("The decoder does not read a plain code: install the program again."),
    "check_zbar": N_("The second decoder (zbar) is not installed; most codes are read without: install libzbar0."),
    "check_no_camera": N_("No camera is chosen: choose one, or use a hand scanner."),
    "check_camera_small": N_(
        "{name} gives only {width} x {height} pixels: choose a camera with 1280 x 720 or more, or hold codes closer."
    ),
    "check_camera_gone": N_("The camera is gone: plug it in again, or choose another one."),
    "check_camera_opening": N_("The camera gives no picture yet: wait a moment and check again."),
    "check_scanner_untested": N_(
        "No hand scanner was tested here yet. If this desk uses one: scan the test code on the Readiness page."
    ),
    "check_scanner_damaged": N_(
        "The hand scanner's codes arrive damaged, as its test of {day} showed ({lost} are lost): set its keyboard to "
        "this computer's layout, or this computer to the English (US) layout, and test it again."
    ),
    "scanner_layout": N_(
        "The hand scanner's keyboard layout is wrong, so its codes arrive damaged: test it on the Readiness page, "
        "which says what to do."
    ),
    "scan_cut": N_("A hand scanner stopped in the middle of a code, so nothing was read: scan it again."),
    "scan_hidden": N_(
        "A scanned code arrived in a field for a passphrase, so it was not read: scan it again elsewhere."
    ),
    "no_screen": N_(
        "There is no screen to open a window on: start it in a desktop, or use a command (station --help)."
    ),
    "event_not_on": N_("“{title}” is not on now ({start} – {end}): time outside it may not be credited."),
    "no_event": N_("No event is chosen: choose or add one first."),
    "not_open": N_("The station is not open yet: wait a moment."),
    "desk_stopped": N_("The desk has stopped and records nothing any more: close the program and start it again."),
    "practice_registry": N_("The practice registry could not be started: close other programs and try again."),
    "records_broken": N_(
        "The records are not whole: number {seq} of writer {writer} was changed, removed or added from outside. "
        "Keep this folder as it is and work from a copy."
    ),
    "row_no_name": N_("{file}, line {line}: no name; add it. The row was left out."),
    "row_bad_name": N_("{file}, line {line}: the name cannot be shown or is too long; mend it. The row was left out."),
    "row_no_id": N_("{file}, line {line}: neither student_id nor email; add one. The row was left out."),
    "row_bad_email": N_("{file}, line {line}: this is not an e-mail address; correct it. The row was left out."),
    "row_bad_code": N_(
        "{file}, line {line}: a code that cannot be shown or is too long; mend it. The row was left out."
    ),
    "row_personal_code": N_(
        "{file}, line {line}: this is a personal code, which is never kept; use a student number. The row was left out."
    ),
    "row_card_number": N_(
        "{file}, line {line}: this is no number of a European Student Card; correct it. The row was left out."
    ),
    "row_identifier": N_(
        "{file}, line {line}: this is no European Student Identifier; correct it. The row was left out."
    ),
    "row_check_digit": N_(
        "{file}, line {line}: the check digit of a number is wrong; correct the number. The row was left out."
    ),
    "row_test_card": N_(
        "{file}, line {line}: this is a test card, which counts in practice only; take it out. The row was left out."
    ),
    "row_look_alike": N_(
        "{file}, line {line}: this address only looks like a student card's; take it out. The row was left out."
    ),
    "row_other_institution": N_(
        "{file}, line {line}: this student card is another institution's; take it out. The row was left out."
    ),
    "row_other_email": N_(
        "{file}, line {line}: this e-mail address is not the university's, so it is no code; take it out. "
        "The row was left out."
    ),
    "row_web_address": N_(
        "{file}, line {line}: a web address is no student's code; take it out. The row was left out."
    ),
    "row_same_person": N_("{file}, line {line}: the same person as in line {what}; remove one. The row was left out."),
    "row_number_taken": N_(
        "{file}, line {line}: a number of this row belongs to somebody else (line {what}); the number was left out."
    ),
    "row_number_held": N_(
        "{file}, line {line}: a number of this row belongs to {what} on the roster; the number was left out."
    ),
    "row_cell_error": N_(
        "{file}, line {line}: a cell holds a spreadsheet's error such as #N/A; mend it. The row was left out."
    ),
    "row_damaged_number": N_(
        "{file}, line {line}: the spreadsheet has spoilt a long number or made a date of it; format the column as text "
        "and enter it anew. The row was left out."
    ),
    "row_bad_date": N_("{file}, line {line}: “{what}” is no date; write it as 2027-09-30. The row was left out."),
    "row_bad_span": N_(
        "{file}, line {line}: the validity ends before it begins; check both dates. The row was left out."
    ),
    "row_time_unreadable": N_(
        "{file}, line {line}: “{what}” is no time; write it as 2026-11-22T10:00. The row was left out."
    ),
    "row_time_twice": N_(
        "{file}, line {line}: {what} happened twice when the clocks changed; add the offset. The row was left out."
    ),
    "row_time_never": N_(
        "{file}, line {line}: {what} did not exist because the clocks changed; mend it. The row was left out."
    ),
    "row_future": N_("{file}, line {line}: {what} is still to come; mend the time. The row was left out."),
    "row_open_quote": N_("{file}, line {line}: a quotation mark is not closed; close it. The row was left out."),
    "row_bad_way": N_("{file}, line {line}: “{what}” is no way; write in, out or either. The row was left out."),
    "row_bad_role": N_(
        "{file}, line {line}: “{what}” is no role; write representation, coordination or technical. "
        "The row was left out."
    ),
    "row_refused": N_("{file}, line {line}: {why} The row was left out."),
    "row_unclosed": N_("A quotation mark is not closed: close it."),
    "people_refused": N_("Nobody was entered, because that cannot be done for all ({n} wrong): mend it and try again."),
    "entries_heading": N_("{file} must begin with a line of headings with {columns}: add them and try again."),
    "entry_missing": N_("“{name}” is missing: give it."),
    "entry_line": N_("“{name}” must be one line of up to {most} letters that can be shown: mend it."),
    "entry_personal_code": N_("“{name}” holds a personal code, which is never kept: leave it out."),
    "entry_there": N_("Something else stands there for this person already ({ref}): correct or withdraw that first."),
    "note_missing": N_("There is no word on what this rests on: say it in a note."),
    "note_long": N_("The note is longer than {most} letters: shorten it."),
    "day_unreadable": N_("“{text}” is no date: write it as 2026-11-22."),
    "day_range": N_("{day} lies too far away: check the year."),
    "day_future": N_("{day} is still to come: check the date."),
    "day_order": N_("It ends ({until}) before it begins ({since}): check both dates."),
    "number_unreadable": N_("“{text}” is no whole number up to 1000000: write it in digits."),
    "place_range": N_("“{text}” is no place: write a whole number from 1, or nothing."),
    "place_without": N_("Whoever has the status “{status}” has no place: leave the place empty or mend the status."),
    "status_unreadable": N_("“{text}” is no status: write started, dnf, dsq or dns."),
    "level_unreadable": N_("“{text}” is no level: write one of {known}."),
    "team_unreadable": N_("“{text}” says neither team nor individual: write one of them."),
    "share_numbers": N_("{earned} of {possible} is no share: what was reached cannot be more than what is possible."),
    "competition_title": N_("The competition needs a title: give one."),
    "competition_sport": N_("The competition needs its sport: give it."),
    "competition_unknown": N_("There is no competition {competition}: see “station starts competition list”."),
    "competition_has_starts": N_("“{title}” has starts: withdraw them first."),
    "start_future": N_("“{title}” is on {day} and still to come: enter who started when it has begun."),
    "own_deed": N_("Nobody enters or confirms their own: ask another person to do it."),
    "second_person": N_("Whoever entered or corrected this cannot confirm it: ask another person to."),
    "deed_unknown": N_("There is no such entry, or it was withdrawn: take its WRITER:SEQ from a list."),
    "deed_unconfirmable": N_("Only starts and evidence are confirmed: take the WRITER:SEQ of one of them."),
    "deed_uncorrectable": N_("This cannot be corrected: withdraw it and enter it anew."),
    "no_change": N_("This would change nothing: give what is to be different."),
    "application_there": N_("This person has applied for that badge already ({ref}): answer or withdraw that first."),
    "application_answered": N_("This application was answered already: to answer anew, withdraw the answer {ref}."),
    "protocol_form": N_("{file} is no form that a protocol has: let its name end with one of {forms}."),
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
    "catalogue_domain": N_("{place}: “{found}” is no domain; write it as ktu.edu, in small letters."),
    "catalogue_pattern": N_(
        "{place}: the pattern “{found}” of “{key}” cannot be used ({reason}); write a regular expression as "
        "RE2 reads them."
    ),
    "catalogue_long": N_("{place}: “{key}” is longer than {most} characters; shorten it."),
    "catalogue_many": N_("{place}: “{key}” has more than {most} entries; leave some out."),
    "catalogue_pic": N_("{place}: “{found}” is no PIC; write the nine digits in quotes."),
    "catalogue_sample_valid": N_(
        "{place}: the sample “{found}” of “{key}” should be taken and is not ({reason}); mend the sample, the entry or "
        "the order of the entries."
    ),
    "catalogue_sample_invalid": N_(
        "{place}: the sample “{found}” of “{key}” should not be taken and is; mend the sample or the entry."
    ),
    "catalogue_sample_personal": N_(
        "{place}: a sample of “{key}” is a personal code, which is never kept; take it out of the file."
    ),
    "catalogue_title": N_("{place}: “{key}” lacks {part}, so its badges would all have one name; add it."),
    "catalogue_order": N_("{place}: “{key}” must not be below “{lower}”; make it larger."),
    "catalogue_no_choice": N_(
        "{place}: “{key}” refers to the choice “{found}”, which is not there; add [choices.{found}] or mend the name."
    ),
    "catalogue_unset": N_("{place}: “{key}” is unset, and nothing can be done without it; choose a value."),
    "catalogue_not_flag": N_("{place}: “{key}” must be true or false."),
    "catalogue_idle_choice": N_("{place}: “{key}” decides nothing; refer to it where it should count, or remove it."),
    "catalogue_default": N_("{place}: “{key}” is of another kind than the value; make both a number, or both a text."),
    "catalogue_auto": N_(
        "{place}: “{key}” cannot be “{found}”; “yes” is for what scans alone decide, “assist” and “no” for what needs "
        "a person's word."
    ),
    "catalogue_scope": N_("{place}: “{key}” cannot be “{found}” for such a badge; choose from: {known}."),
    "catalogue_no_badge": N_("{place}: “{key}” names “{found}”, and there is no such badge or level; mend the name."),
    "catalogue_day": N_("{place}: “{key}” cannot be “{found}”; write month and day as 07-01, the day from 01 to 28."),
    "catalogue_too_large": N_("{file} is larger than {megabytes} MB, so it is no catalogue: choose another file."),
    "catalogue_version": N_(
        "{file} differs from the catalogue in force but has its version {version} too: give it a new version."
    ),
    "catalogue_in_force": N_("This catalogue is in force already (version {version}): there is nothing to adopt."),
    "activities_heading": N_("{file} needs a first line that names its columns: {columns}."),
    "activities_none": N_("No row of {file} can be taken: see what is wrong with each above."),
    "row_activity_text": N_("{file}, line {line}: “{what}” is too long or cannot be written; mend it."),
    "row_activity_id": N_(
        "{file}, line {line}: “{what}” cannot be an id; use small letters a–z and digits, joined by dots, “-” or “_”."
    ),
    "row_activity_twice": N_("{file}, line {line}: there is a badge “{what}” already; give this one another id."),
    "row_activity_area": N_("{file}, line {line}: the catalogue has no area “{what}”; mend it or add such a unit."),
    "row_activity_level": N_("{file}, line {line}: the catalogue has no level “{what}”; mend it or add such a level."),
    "row_activity_applied": N_(
        "{file}, line {line}: badges of the level “{what}” are not given for an activity; choose another level."
    ),
    "row_activity_empty": N_("{file}, line {line}: “{what}” is empty; fill it in."),
    "row_activity_competency": N_("{file}, line {line}: “{what}” cannot be a competency; name it with letters."),
    "badge_unknown": N_("The programme has no badge “{badge}”: see “station catalogue show”."),
    "evidence_none": N_(
        "Nobody vouches for “{badge}”: see how it is earned with “station catalogue show”, and enter that."
    ),
    "share_none": N_(
        "No percentage counts for “{badge}”: see how it is earned with “station catalogue show”, and enter that."
    ),
    "application_none": N_("Nobody applies for “{badge}”: see how it is earned with “station catalogue show”."),
    "application_unset": N_(
        "Nobody can apply for “{badge}” yet, because “{choice}” is not chosen: set it in the catalogue and adopt that."
    ),
    "application_early": N_("It is too early to apply for “{badge}”: {done} of {needed} so far."),
    "catalogue_twice": N_("{place}: “{key}”: two badges would have the id “{found}”; give each its own."),
    "report_form": N_("A log cannot be written as “{form}”; choose from: {forms}."),
    "report_no_folder": N_("There is no folder {folder}; make it or choose another place for the document."),
    "report_is_folder": N_("{path} is a folder; give the document a file name."),
    "report_disk_full": N_("The disk is full and {path} was not written; free some space and try again."),
    "report_unwritable": N_("{path} cannot be written ({reason}); close it in other programs or choose another place."),
    "source_unclear": N_(
        "“{source}” is no source of pictures: give camera:0, camera:id:NAME, a picture, a folder of pictures, a PDF, "
        "a video, or an http or rtsp address."
    ),
    "picture_missing": N_("There is no file or folder {name}: check the name."),
    "picture_denied": N_("{name} may not be read: ask its owner, or copy it to a folder of yours."),
    "picture_empty": N_("{name} is an empty file: copy it here again."),
    "picture_too_large": N_("{name} has too many pixels to be opened safely: save it smaller and try again."),
    "picture_unreadable": N_("{name} is damaged or no picture: give a PNG, JPEG, WebP, TIFF, GIF or BMP file."),
    "video_unreadable": N_("{name} is damaged or no video that can be played: save it as MP4 and try again."),
    "pdf_unreadable": N_("{name} is damaged or no PDF: save it again and try once more."),
    "pdf_locked": N_("{name} is locked by a password: save it without one and try again."),
    "pdf_too_long": N_("{name} has {pages} pages, and at most {most} are read: split it."),
    "pdf_page": N_("Page {page} of {name} is damaged or takes too long to draw: save it as a picture and try again."),
    "folder_without_pictures": N_("There are no pictures in the folder {name}: choose another one."),
    "camera_missing": N_(
        "{name} cannot be opened: plug it in, close other programs that use it, or choose another camera."
    ),
    "camera_denied": N_(
        "{name} may not be used by you: join the group “video”, or allow it in the system's privacy settings."
    ),
    "camera_stuck": N_(
        "{name} does not answer: unplug it and plug it in again, or restart the computer; it is tried again by itself."
    ),
    "camera_gone": N_("{name} gives no pictures any more: check its cable; it is tried again by itself."),
    "stream_unreachable": N_("{name} does not answer as a video: check the address and the network."),
    "stream_denied": N_(
        "{name} asks for a name and a password: write them into the address, as in http://name:password@host."
    ),
    "stream_no_video": N_("{name} answers, but not with a video: check what comes after the host in the address."),
    "stream_gone": N_("{name} sends no pictures any more: check the network; it is tried again by itself."),
}
