#!/usr/bin/env python3
"""sink.py LOG [OPTION…]: a mail server for tests, on a port of its own that it prints. A line of JSON in LOG for each mail that it has
accepted, written before the answer: what is in LOG is what the world has received. Ends by SIGTERM, or after 60 s.

    pipelining       announces PIPELINING
    reject=TEXT      550 5.1.1 for recipients that contain TEXT
    defer=TEXT       451 for recipients that contain TEXT
    drop-after=N     takes the Nth mail and closes without an answer
    drop-before=N    closes at the end of the Nth mail and does not take it
    temporary=N      451 for the end of the Nth mail
    silent           accepts the connection and says nothing
    endless          says a line without an end
    keep             writes the whole message to LOG
"""

import json
import re
import socketserver
import sys
import threading

log = open(sys.argv[1], "a", encoding="utf-8")
options = dict(word.partition("=")[::2] for word in sys.argv[2:])
mails = 0
lock = threading.Lock()


class Dialogue(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True  # otherwise an answer waits for the acknowledgement of the one before

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")
        self.wfile.flush()

    def handle(self):
        if "silent" in options:
            return self.rfile.read()
        if "endless" in options:
            return self.wfile.write(b"220 " + b"x" * (1 << 20))
        self.say("220 sink")
        recipients = []
        for line in self.rfile:
            command = line.decode("utf-8", "replace").strip()
            word = command.upper()[:4]
            if word == "EHLO":
                self.say("250-sink\r\n250-PIPELINING\r\n250 HELP" if "pipelining" in options else "250 sink")
            elif word == "MAIL":
                recipients = []
                self.say("250 ok")
            elif word == "RCPT":
                if options.get("reject", "\n") in command:
                    self.say("550 5.1.1 no such user")
                elif options.get("defer", "\n") in command:
                    self.say("451 4.3.0 try later")
                else:
                    recipients.append(re.sub(r".*<(.*)>.*", r"\1", command))
                    self.say("250 ok")
            elif word == "DATA":
                if not recipients:
                    self.say("554 no valid recipients")
                elif not self.take(recipients):
                    return None
            elif word == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")
        return None

    def take(self, recipients):
        """The content of a mail; false where the connection ends."""
        global mails
        self.say("354 go on")
        content = b""
        for line in self.rfile:
            if line == b".\r\n":
                break
            content += line[1:] if line.startswith(b".") else line
        else:
            return False
        with lock:
            mails += 1
            number = str(mails)
        if options.get("drop-before") == number:
            return False
        if options.get("temporary") == number:
            self.say("451 4.3.0 try later")
            return True
        head = content.split(b"\r\n\r\n")[0].decode("utf-8", "replace")
        entry = {"to": recipients, "id": re.search(r"(?mi)^Message-ID: (\S+)", head).group(1)}
        if "keep" in options:
            entry["message"] = content.decode("utf-8", "replace")
        log.write(json.dumps(entry) + "\n")
        log.flush()
        if options.get("drop-after") == number:
            return False
        self.say("250 accepted")
        return True


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


with Server(("127.0.0.1", 0), Dialogue) as server:
    print(server.server_address[1], flush=True)
    timer = threading.Timer(60, server.shutdown)
    timer.daemon = True
    timer.start()
    server.serve_forever()
