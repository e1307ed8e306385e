"""The words of the command line library that people see, so that they are translated like our own.

click asks gettext's current domain; ``speak`` makes that ours. A word that is not listed here stays English.
"""

from __future__ import annotations

import gettext
import os

from station import texts
from station.resources import resource
from station.texts import N_

WORDS = (
    N_("Aborted!"),
    N_("Choose from:\n\t{choices}"),
    N_("Commands"),
    N_("Error: The two entered values do not match."),
    N_("Error: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Invalid value: {message}"),
    N_("Missing argument"),
    N_("Missing command."),
    N_("Missing option"),
    N_("No such command {name!r}."),
    N_("No such option {name!r}."),
    N_("Options"),
    N_("Positional arguments"),
    N_("Repeat for confirmation"),
    N_("Show the version and exit."),
    N_("Show this message and exit."),
    N_("Try '{command} {option}' for help."),
    N_("Usage:"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
)


def speak() -> None:
    """From now on click speaks the active language."""
    gettext.bindtextdomain(texts.DOMAIN, resource("locale"))
    gettext.textdomain(texts.DOMAIN)
    os.environ["LANGUAGE"] = texts.language()
