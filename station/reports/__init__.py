"""Documents made from what an event's records say: spreadsheet, data file and printable log."""

from station.reports.log import FORMS, write_log

__all__ = ["FORMS", "write_log"]
