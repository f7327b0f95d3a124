"""Prints for people what the demo made: calendar events and mails.

    show.py events API_URL ACCESS_TOKEN CALENDAR...
    show.py mail < message
"""

import html
import json
import pathlib
import sys
import urllib.request
from datetime import datetime, timezone

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "e2e" / "peers"))
import read_mail  # noqa: E402

colours = sys.stdout.isatty()


def bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colours else text


def framed(title: str, lines: list[str]) -> None:
    print(f"╭─ {bold(title)}")
    for line in lines:
        print(f"│  {line}".rstrip())
    print("╰─")


def events(api_url: str, access_token: str, *calendars: str) -> None:
    for calendar in calendars:
        request = urllib.request.Request(
            f"{api_url}/calendars/{calendar}/events?singleEvents=true",
            headers={"Authorization": f"Bearer {access_token}"},
        )
        with urllib.request.urlopen(request) as answer:
            items = json.load(answer)["items"]
        print(f"\nGET /calendars/{calendar}/events: {len(items)} event(s)")
        for event in items:
            lines = [f"{event['start']['dateTime']} to {event['end']['dateTime']}"]
            if "timeZone" in event["start"]:
                lines.append(f"shown in {event['start']['timeZone']}")
            lines += [event["location"]] if event.get("location") else []
            # Google takes descriptions as HTML.
            lines += ["", *html.unescape(event.get("description", "")).splitlines()]
            framed(event["summary"], lines)


def mail() -> None:
    message = read_mail.read(sys.stdin.buffer.read())
    lines = [f"{name.title():8} {message['headers'][name]}" for name in ("from", "to", "date") if name in message["headers"]]
    framed(message["headers"]["subject"], [*lines, "", *message["text"].splitlines()])
    for invitation in message["invitations"]:
        if invitation["filename"]:
            when = [datetime.fromtimestamp(invitation[end], timezone.utc) for end in ("start", "end")]
            framed(
                f"{invitation['filename']}: METHOD:{invitation['method']}",
                [
                    f"UID        {invitation['uid']} (sequence {invitation['sequence']})",
                    f"Summary    {invitation['summary']}",
                    f"When       {when[0]:%A %d %B %Y, %H:%M} to {when[1]:%H:%M} UTC",
                    *([f"Where      {invitation['location']}"] if invitation["location"] else []),
                    f"Organizer  {invitation['organizer_name']} <{invitation['organizer'].removeprefix('mailto:')}>",
                    *(
                        f"Attendee   {name} <{address.removeprefix('mailto:')}>"
                        for name, address in zip(invitation["attendee_names"], invitation["attendees"])
                    ),
                ],
            )


if __name__ == "__main__":
    {"events": events, "mail": mail}[sys.argv[1]](*sys.argv[2:])
