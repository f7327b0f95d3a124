"""Prints for people what the demo made: calendar events, mails and leads.

    show.py events API_URL ACCESS_TOKEN CALENDAR...
    show.py mail < message
    show.py leads API_URL API_KEY
"""

import base64
import html
import http.client
import json
import pathlib
import sys
import urllib.request
from datetime import datetime, timezone
from urllib.parse import urlsplit

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


def leads(api_url: str, api_key: str) -> None:
    url = urlsplit(api_url)
    basic = base64.b64encode(f"{api_key}:".encode()).decode()

    def listed(what: str) -> list[dict]:
        # Not by urllib, which sends a header that the strict stand-in does not expect.
        connection = http.client.HTTPConnection(url.netloc)
        connection.request("GET", f"{url.path}/{what}/", headers={"Authorization": f"Basic {basic}"})
        return json.load(connection.getresponse())["data"]

    notes = listed("activity/note")
    for lead in listed("lead"):
        lines = [f"{contact['name']} <{contact['emails'][0]['email']}>" for contact in lead["contacts"]]
        for note in notes:
            if note["lead_id"] == lead["id"]:
                lines += ["", *note["note"].splitlines()]
        framed(f"{lead['name']} ({lead['id']})", lines)


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
    {"events": events, "mail": mail, "leads": leads}[sys.argv[1]](*sys.argv[2:])
