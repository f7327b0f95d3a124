"""Reads a calendar feed from stdin with PyPI's icalendar and prints as JSON what a calendar program would make
of it, and what is wrong with it."""

import json
import sys

import icalendar


def errors(text: bytes, calendar) -> list:
    found = [repr(error) for component in calendar.walk() for error in component.errors]
    lines = text.split(b"\r\n")
    found += [f"{len(line)} octets: {line!r}" for line in lines if len(line) > 75]
    found += [f"a line break within: {line!r}" for line in lines if b"\r" in line or b"\n" in line]
    if lines[-1] != b"":
        found.append("no line break at the end")
    # RFC 5545, section 3.6: these, and at least one component.
    found += [f"no {name}" for name in ("prodid", "version") if name not in calendar]
    if not calendar.subcomponents:
        found.append("no component")
    uids = [str(event["uid"]) for event in calendar.walk("VEVENT")]
    if len(uids) != len(set(uids)):
        found.append("a UID twice")
    for event in calendar.walk("VEVENT"):
        found += [f"no {name}" for name in ("uid", "dtstamp", "dtstart", "last-modified", "sequence") if name not in event]
    return found


def main(text: bytes) -> dict:
    calendar = icalendar.Calendar.from_ical(text)

    def plain(event, name):
        return str(event[name]) if name in event else None

    return {
        "errors": errors(text, calendar),
        "method": str(calendar["method"]),
        "refresh_minutes": icalendar.vDuration.from_ical(str(calendar["refresh-interval"])).total_seconds() / 60,
        "events": [
            {
                "uid": str(event["uid"]),
                "start": event["dtstart"].dt.timestamp(),
                "end": event["dtend"].dt.timestamp(),
                "status": str(event["status"]),
                "summary": str(event["summary"]),
                "location": plain(event, "location"),
                "url": plain(event, "url"),
                "has_people": "organizer" in event or "attendee" in event,
            }
            for event in calendar.walk("VEVENT")
        ],
    }


if __name__ == "__main__":
    json.dump(main(sys.stdin.buffer.read()), sys.stdout)
