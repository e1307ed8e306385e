"""Documents made from records: an event's log as spreadsheet, data file and printable; a competition's protocol."""

from station.reports.log import FORMS, write_log
from station.reports.protocol import write_protocol

__all__ = ["FORMS", "write_log", "write_protocol"]
