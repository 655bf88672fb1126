#!/usr/bin/env python3
"""Sends mail to real servers on loopback: aiosmtpd with STARTTLS, implicit TLS, passwords and a certificate of its own, servers that
misbehave, and msmtp as the program that sends.

    mail_servers.py CRM            a few seconds
    mail_servers.py CRM --full     also what takes the full time-outs (a minute)

Where aiosmtpd (python3-aiosmtpd of Debian), openssl or msmtp are missing, what needs them is left out; without aiosmtpd that is
everything, which is exit 77.
"""

import contextlib
import email
import email.header
import email.policy
import email.utils
import logging
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult
except ImportError:
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print("skipped: aiosmtpd is not installed")
    sys.exit(77)

USER, PASSWORD = b"sales", b"s3cret word"
faults = []


def expect(what, came, wanted):
    if came != wanted:
        faults.append(f"{what}: {came!r} instead of {wanted!r}")


class Received:
    """What the server has seen: mails, and all that was said to it before it was encrypted."""

    def __init__(self, pipelining=False):
        self.mails, self.logins, self.encrypted, self.pipelining = [], [], [], pipelining

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return responses[:-1] + ["250-PIPELINING"] * self.pipelining + responses[-1:]

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos, envelope.content))
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 accepted"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=(data.login, data.password) == (USER, PASSWORD), handled=False)


@contextlib.contextmanager
def server(received, tls=None, implicit=None, auth=False):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = {"authenticator": received.authenticate, "auth_required": True,
             "auth_require_tls": implicit is None} if auth else {}
    control = Controller(received, hostname="127.0.0.1", port=port, tls_context=tls, ssl_context=implicit, **words)
    control.start()
    try:
        yield port
    finally:
        control.stop()


@contextlib.contextmanager
def raw_server(dialogue):
    """A server that says what it likes, over every connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection = listening.accept()[0]
                    threading.Thread(target=talk, args=(connection,), daemon=True).start()

        def talk(connection):
            with contextlib.suppress(OSError), connection:
                dialogue(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


class Store:
    """A database with mails that are queued."""

    def __init__(self, crm, folder, name):
        self.crm, self.db, self.home = crm, folder / (name + ".db"), folder
        self.run("init", "-q")

    def run(self, *words, **settings):
        environment = {"HOME": str(self.home), "TZ": "UTC", "PATH": os.environ["PATH"], "CRM_DB": str(self.db),
                       "CRM_MAIL_FROM": "Acme <sales@acme.example>", **settings}
        return subprocess.run([self.crm, *words], env=environment, capture_output=True, text=True, timeout=120)

    def write(self, *addresses):
        done = self.run("mail", "write", *addresses, "subject=Grüße", "body=How are *you*?", "-q")
        expect("mail write", (done.returncode, done.stderr), (0, ""))

    def send(self, url, *options, **settings):
        return self.run("mail", "send", *options, CRM_SMTP=url, CRM_PASSWORD_COMMAND=f"echo '{PASSWORD.decode()}'", **settings)

    def states(self):
        return self.run("mail", "queue", "queued", "sent", "failed", "unsure", "-F", "state").stdout.split()


def contexts(folder):
    """Of a server whose certificate nobody but itself vouches for."""
    if shutil.which("openssl") is None:
        return None, None
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, str(certificate)


def encryption(crm, folder, context, authority):
    for name, scheme, how in (("starttls", "smtp", {"tls": context}), ("tls", "smtps", {"implicit": context})):
        store, received = Store(crm, folder, name), Received()
        store.write("ada@acme.example", "bob@acme.example")
        with server(received, auth=True, **how) as port:
            url = f"{scheme}://sales@127.0.0.1:{port}"
            untrusted = store.send(url)
            expect(f"{name}, a certificate that is not trusted", (untrusted.returncode, received.logins), (78, []))
            wrong = store.run("mail", "send", CRM_SMTP=url, CRM_SMTP_CA=authority, CRM_PASSWORD_COMMAND="echo wrong")
            expect(f"{name}, a wrong password", (wrong.returncode, received.mails, store.states()), (78, [], ["Queued"] * 2))
            done = store.send(url, CRM_SMTP_CA=authority)
            expect(f"{name}, a mail", (done.returncode, done.stdout + done.stderr, store.states()), (0, "", ["Sent"] * 2))
            expect(f"{name}, what the server has", [to for to, _ in received.mails], [["ada@acme.example", "bob@acme.example"]])
            expect(f"{name}, the login", (received.logins[-1], received.encrypted), ((USER, PASSWORD), [True]))
            expect(f"{name}, the secret in errors", PASSWORD.decode() in untrusted.stderr + wrong.stderr, False)
    store, received = Store(crm, folder, "no-auth"), Received()
    store.write("ada@acme.example")
    with server(received, tls=context) as port:
        done = store.send(f"smtp://sales@127.0.0.1:{port}", CRM_SMTP_CA=authority)
        expect("a user name, and no passwords taken", (done.returncode, received.mails, store.states()), (78, [], ["Queued"]))


def no_encryption(crm, folder):
    """A server without TLS sees neither name nor password."""
    said = []

    def dialogue(connection):
        connection.sendall(b"220 plain\r\n")
        for line in connection.makefile("rb"):
            said.append(line)
            connection.sendall(b"250-plain\r\n250 AUTH PLAIN LOGIN\r\n" if line[:4] == b"EHLO" else b"250 ok\r\n")

    store = Store(crm, folder, "plain")
    store.write("ada@acme.example")
    with raw_server(dialogue) as port:
        done = store.send(f"smtp://sales@127.0.0.1:{port}")
    expect("a user name without TLS", (done.returncode, store.states()), (78, ["Queued"]))
    expect("what such a server has seen", [line for line in said if line[:4] in (b"AUTH", b"MAIL")], [])


def pipelining(crm, folder):
    """Two senders at once, and a server that takes several commands at a time: each mail once."""
    store, received = Store(crm, folder, "pipelining"), Received(pipelining=True)
    addresses = [f"p{number}@acme.example" for number in range(20)]
    done = store.run("mail", "write", *addresses, "--each", "-y", "-q", "subject=Hello", "body=Text")
    expect("mail write --each", (done.returncode, done.stderr), (0, ""))
    with server(received) as port:
        at_once = [threading.Thread(target=lambda: codes.append(store.send(f"smtp://127.0.0.1:{port}").returncode)) for _ in range(2)]
        codes = []
        for one in at_once:
            one.start()
        for one in at_once:
            one.join()
    expect("two mail send at once", (codes, sorted(to[0] for to, _ in received.mails)), ([0, 0], sorted(addresses)))
    expect("their mails", set(store.states()), {"Sent"})


def endless_talk(crm, folder):
    """Lines of one reply without an end, before and after the connection is there: exit 75 in a bounded time."""
    def from_the_start(connection):
        connection.sendall(b"220 talks\r\n")
        connection.recv(1000)
        while True:
            connection.sendall(b"250-and more\r\n" * 100)

    def after_mail(connection):
        connection.sendall(b"220 talks\r\n")
        for line in connection.makefile("rb"):
            if line[:4] == b"EHLO":
                connection.sendall(b"250 talks\r\n")
            else:
                while True:
                    connection.sendall(b"250-and more\r\n" * 100)

    for name, dialogue in (("endless-ehlo", from_the_start), ("endless-mail", after_mail)):
        store = Store(crm, folder, name)
        store.write("ada@acme.example")
        with raw_server(dialogue) as port:
            started = time.monotonic()
            done = store.send(f"smtp://127.0.0.1:{port}", "--timeout", "1s")
            expect(name, (done.returncode, store.states(), time.monotonic() - started < 20), (75, ["Queued"], True))


def silent_banner(crm, folder):
    """Without --timeout."""
    store = Store(crm, folder, "silent")
    store.write("ada@acme.example")
    with raw_server(lambda connection: connection.recv(1)) as port:
        started = time.monotonic()
        done = store.send(f"smtp://127.0.0.1:{port}")
        expect("a server that says nothing", (done.returncode, store.states(), time.monotonic() - started < 40), (75, ["Queued"], True))


def by_msmtp(crm, folder):
    store, received = Store(crm, folder, "msmtp"), Received()
    store.write("ada@acme.example", "bob@acme.example")
    settings = folder / "msmtprc"

    def send(port):
        settings.write_text(f"defaults\ntls off\nauth off\naccount default\nhost 127.0.0.1\nport {port}\ndomain localhost\n")
        return store.run("mail", "send", CRM_SENDMAIL=f"msmtp -C {settings} -i", CRM_MAIL_RETRY="0s")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    done = send(nobody)
    expect("msmtp without its server", (done.returncode, store.states()), (0, ["Queued"] * 2))
    with server(received) as port:
        done = send(port)
    expect("by msmtp", (done.returncode, done.stderr, store.states()), (0, "", ["Sent"] * 2))
    expect("what came by msmtp", sorted(to for to, _ in received.mails), [["ada@acme.example"], ["bob@acme.example"]])
    wanted = store.run("mail", "show", "ml1", "-F", "message_id").stdout.split()[-1].encode()
    expect("its Message-ID", [b"<" + wanted + b">" in content for _, content in received.mails], [True, True])


HOSTILE = ["Ünï \"q\" \\ (c) <x@y.example>, z;", "=?utf-8 no word?=", "a, b: c; d", "'; DROP TABLE", "Ça  va", "日本語の名前" * 12,
           "\u202eright to left", "tab\there", "@[1.2.3.4]", "🙂 smile", "word " * 30 + "end", "per%cent* '' =", "x" * 250]


def composing(crm, folder):
    """Another reader of mail reads what is composed: names, subjects, texts and files as they were."""
    store = Store(crm, folder, "composing")
    for name in HOSTILE:
        done = store.run("contact", "add", name, "email=to@acme.example", "-q")
        expect("contact add", (done.returncode, done.stderr), (0, ""))
        file = folder / ("files " + name.replace("/", "")[:60] + ".txt")
        file.write_bytes(b"one\n.two\r\n\0" + name.encode())
        store.run("template", "add", "T", "subject={{name}}", "body={{name}}", "-q")
        done = store.run("mail", "write", "c1", "--template", "T", "--attach", str(file), "-q")
        expect("mail write", (done.returncode, done.stderr), (0, ""))
        out = folder / "composed"
        done = store.run("mail", "send", "--to-folder", str(out))
        expect("mail send --to-folder", (done.returncode, done.stderr), (0, ""))
        content = (out / "ml1.eml").read_bytes()
        expect(f"{name}: ASCII in short lines", (content.isascii(), max(map(len, content.split(b"\r\n"))) <= 998), (True, True))
        mail = email.message_from_bytes(content, policy=email.policy.default)
        attached = next(mail.iter_attachments())
        read = [mail["subject"], mail.get_body(("plain",)).get_content(), attached.get_filename(), attached.get_payload(decode=True)]
        expect(f"{name}: another reader", read, [name, name + "\r\n", file.name, file.read_bytes()])
        # The newer interface puts blanks between the encoded words of a name.
        shown, address = email.utils.parseaddr(email.message_from_bytes(content)["to"])
        shown = str(email.header.make_header(email.header.decode_header(shown)))
        expect(f"{name}: the recipient", (shown.split(), address), (name.split(), "to@acme.example"))
        expect(f"{name}: headers", len(mail.keys()), 7)
        store.db.unlink()
        store.run("init", "-q")
        shutil.rmtree(out)


def main():
    logging.disable()  # the server's remarks about what is tried here
    warnings.simplefilter("ignore")
    crm, full = pathlib.Path(sys.argv[1]).resolve(), "--full" in sys.argv
    with tempfile.TemporaryDirectory(prefix="crm-mail-") as name:
        folder = pathlib.Path(name)
        context, authority = contexts(folder)
        composing(crm, folder)
        if context:
            encryption(crm, folder, context, authority)
        no_encryption(crm, folder)
        pipelining(crm, folder)
        endless_talk(crm, folder)
        if shutil.which("msmtp"):
            by_msmtp(crm, folder)
        if full:
            silent_banner(crm, folder)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
