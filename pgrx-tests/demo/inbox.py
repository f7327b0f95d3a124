"""A small inbox for people who try the demo in their browser: the mails that the extension has kept, and the
calendars' events beside them. It only reads, listens on this machine alone, and is no part of the product.

    inbox.py PORT DATABASE_URL CALENDARS_API_URL ACCESS_TOKEN CALENDAR...
"""

import json
import pathlib
import re
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
from psycopg.rows import dict_row

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here.parent / "e2e" / "peers"))
import read_mail  # noqa: E402

port, database, calendars_api, access_token, *calendars = sys.argv[1:]

# A mail is somebody else's page: it runs nothing and loads nothing, and its links open beside it.
OF_A_MAIL = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
OF_THE_PAGE = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:"
FILES = {
    "/": ("inbox.html", "text/html; charset=utf-8"),
    "/inbox.js": ("inbox.js", "text/javascript; charset=utf-8"),
    "/inbox.css": ("inbox.css", "text/css; charset=utf-8"),
}


def rows(statement: str, *values: object) -> list[dict]:
    with psycopg.connect(database, row_factory=dict_row) as connection:
        return connection.execute(statement, values).fetchall()


def events(calendar: str) -> list[dict]:
    request = urllib.request.Request(
        f"{calendars_api}/calendars/{calendar}/events?singleEvents=true",
        headers={"Authorization": f"Bearer {access_token}"},
    )
    with urllib.request.urlopen(request) as answer:
        items = json.load(answer)["items"]
    return [
        {
            "calendar": calendar,
            "title": item["summary"],
            "starts_at": item["start"]["dateTime"],
            "ends_at": item["end"]["dateTime"],
            "place": item.get("location", ""),
        }
        for item in items
    ]


def state() -> dict:
    mails = rows(
        "select id, kind, recipient, subject, created_at from scheduling.emails order by id desc limit 200"
    )
    shown = [event for calendar in calendars for event in events(calendar)]
    return {
        "mails": [{**mail, "created_at": mail["created_at"].isoformat()} for mail in mails],
        "events": sorted(shown, key=lambda event: event["starts_at"]),
    }


def mail(number: int) -> str | None:
    found = rows("select message from scheduling.emails where id = %s", number)
    if not found:
        return None
    html = read_mail.read(found[0]["message"].encode())["html"]
    return re.sub(r"(<head[^>]*>)", r'\1<base target="_blank">', html, count=1)


class Inbox(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        # Not by a name that somebody's page has given to this address.
        if self.headers.get("Host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            return self.answer(403, "text/plain", b"")
        number = re.fullmatch(r"/mails/([0-9]{1,9})", self.path)
        if number:
            page = mail(int(number[1]))
            if page is None:
                return self.answer(404, "text/plain", b"")
            return self.answer(200, "text/html; charset=utf-8", page.encode(), OF_A_MAIL)
        if self.path == "/state":
            return self.answer(200, "application/json", json.dumps(state()).encode())
        if self.path in FILES:
            name, kind = FILES[self.path]
            return self.answer(200, kind, (here / name).read_bytes())
        return self.answer(404, "text/plain", b"")

    def answer(self, status: int, kind: str, body: bytes, policy: str = OF_THE_PAGE) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Addresses of mails are nobody's business."""


ThreadingHTTPServer(("127.0.0.1", int(port)), Inbox).serve_forever()
