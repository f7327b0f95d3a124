"""Reads messages from stdin, a JSON array of texts, with Python's own parser and PyPI's icalendar, and
prints as JSON what a mail program would make of each, and what is wrong with it."""

import email
import email.policy
import json
import sys

import icalendar


def invitation(text: bytes) -> dict:
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    errors = [repr(error) for component in calendar.walk() for error in component.errors]
    attendees = event.get("attendee", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]

    def plain(name):
        return str(event[name]) if name in event else None

    return {
        "errors": errors,
        "method": str(calendar["method"]),
        "uid": str(event["uid"]),
        "start": event["dtstart"].dt.timestamp(),
        "end": event["dtend"].dt.timestamp(),
        "sequence": int(event.get("sequence", 0)),
        "status": plain("status"),
        "summary": plain("summary"),
        "location": plain("location"),
        "description": plain("description"),
        "conference": plain("conference"),
        "organizer": plain("organizer"),
        "organizer_name": event["organizer"].params.get("CN") if "organizer" in event else None,
        "attendees": [str(attendee) for attendee in attendees],
        "attendee_names": [attendee.params.get("CN") for attendee in attendees],
    }


def defects(message, invitations: list) -> list:
    """What is wrong with its structure, a header of a part, the bytes of a text, or an invitation."""
    found = []
    for part in message.walk():
        if not part.is_multipart():
            part.get_content()  # some are found by decoding
        found += [repr(defect) for defect in part.defects]
        for name, value in part.items():
            found += [f"{name}: {defect!r}" for defect in value.defects]
    return found + [error for invitation in invitations for error in invitation["errors"]]


def read(text: bytes) -> dict:
    message = email.message_from_bytes(text, policy=email.policy.default)
    invitations = [
        {
            "type": part.get_content_type(),
            "method_parameter": part.get_param("method"),
            "filename": part.get_filename(),
            **invitation(part.get_payload(decode=True)),
        }
        for part in message.walk()
        if part.get_content_type() in ("text/calendar", "application/ics")
    ]

    def body(kind: str):
        part = message.get_body((kind,))
        return part.get_content() if part else None

    return {
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "structure": [part.get_content_type() for part in message.walk()],
        "text": body("plain"),
        "html": body("html"),
        "defects": defects(message, invitations),
        "invitations": invitations,
    }


if __name__ == "__main__":
    json.dump([read(text.encode()) for text in json.load(sys.stdin)], sys.stdout)
