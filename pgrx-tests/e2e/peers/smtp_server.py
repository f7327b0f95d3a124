"""An SMTP server for the end-to-end tests, on aiosmtpd: authentication only over TLS and no mail
without it, STARTTLS or implicit TLS, a JSON line on stdout for every command of interest.

    smtp_server.py PORT {starttls|implicit} CERTIFICATE KEY USER PASSWORD

Each line on stdin is what one of the next messages meets instead of being accepted at once, in order: an
answer ("451 4.3.0 Try again later"); "drop before", the connection ends before the message is taken; "drop
after", it is taken, and the connection ends before the answer; "slow 1.5", it is taken, and answered so many
seconds later. The line "mark" is no such thing: it is answered by an event "marked", after everything that was
said before. The server leaves when stdin ends.
"""

import asyncio
import base64
import json
import ssl
import sys
import threading
import time
from collections import deque

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

port, mode, certificate, key, user, password = sys.argv[1:]
refusals: deque[str] = deque()
telling = threading.Lock()


def tell(**event) -> None:
    # From two threads: a line at a time.
    with telling:
        print(json.dumps(event), flush=True)


def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
    right = (data.login, data.password) == (user.encode(), password.encode())
    tell(event="auth", mechanism=mechanism, success=right)
    return AuthResult(success=right, handled=False)


class Mailbox:
    async def handle_DATA(self, server, session, envelope) -> str:
        accepted = "250 2.0.0 Ok: queued"
        met = refusals.popleft() if refusals else accepted
        takes = met.startswith(("2", "drop after", "slow "))
        tell(
            event="mail" if takes else "refused",
            at=time.time(),
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            content=base64.b64encode(envelope.content).decode(),
            tls=bool(session.ssl) or mode == "implicit",
            authenticated=session.authenticated,
        )
        if met.startswith("drop "):
            server.transport.abort()
        if met.startswith("slow "):
            await asyncio.sleep(float(met.removeprefix("slow ")))
        return met if met[0].isdigit() else accepted


class Server(Controller):
    def factory(self) -> SMTP:
        context = self.context if mode == "starttls" else None
        return SMTP(
            self.handler,
            hostname="mail.example",
            tls_context=context,
            require_starttls=mode == "starttls",
            auth_required=True,
            # With implicit TLS aiosmtpd does not see that the connection is encrypted.
            auth_require_tls=mode == "starttls",
            authenticator=authenticate,
        )


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(certificate, key)
server = Server(
    Mailbox(),
    hostname="127.0.0.1",
    port=int(port),
    ssl_context=context if mode == "implicit" else None,
)
server.context = context
server.start()
tell(event="listening")
for line in sys.stdin:
    if line.strip() == "mark":
        tell(event="marked")
        continue
    refusals.append(line.strip())
    tell(event="told")
server.stop()
