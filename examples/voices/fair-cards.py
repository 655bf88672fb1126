#!/usr/bin/env python3
"""Writes what a fair leaves behind into a folder: 4,700 business cards in 47 files, as the phones and scanners of a sales team
save them. Versions 2.1, 3.0 and 4.0, four encodings, the same people met at several stands, some cards with little on them.
The same cards every time.

    fair-cards.py FOLDER
"""

import pathlib
import quopri
import sys

CARDS, FILES, PEOPLE = 4700, 47, 4120
STATE = 2026

GIVEN = "Amara Ana Anders Ayşe Ben Carla Chloé Dmitri Elif Emeka Fatima Felix Greta Hana Ines Ivan Jan Jonas Jürgen Kofi Lena Luca Maja Marta Mia Nadia Noor Oskar Paula Priya Rosa Sofia Søren Tomás Uma Viktor Wei Yara Zoé Łucja".split()
FAMILY = "Adeyemi Almeida Andersen Baker Bauer Berg Boateng Carvalho Costa Dubois Eriksen Fischer Fontaine García Groß Haddad Hoffmann Ibarra Jansen Kaya Keller Koch Kowalska Lindqvist Martin Meier Moreau Müller Nagy Novák Okoye Öz Petrov Raman Rossi Ruiz Schäfer Silva Tran Vos Weber Yılmaz Zając Żak".split()
HANS = [("王", "小明"), ("陳", "美玲"), ("李", "志強"), ("張", "淑芬"), ("黃", "建宏"), ("林", "雅婷"), ("吳", "家豪"), ("周", "怡君")]
NIPPON = [("佐藤", "花子"), ("鈴木", "一郎"), ("高橋", "美咲"), ("田中", "健"), ("伊藤", "陽子"), ("渡辺", "誠"), ("山本", "恵"), ("中村", "翔")]
FIRM = "Nordlicht Kestrel Atlas Aurora Boreal Delta Fjord Granit Helios Iris Jade Kiln Lagoon Meridian Nimbus Orion Prisma Quarz Riva Solano Tundra Umbra Vektor Wolfram Zenit".split()
TRADE = ["Maschinenbau GmbH", "Logistics Ltd", "Textil AG", "Foods BV", "Energia S.p.A.", "Optik KG", "Robotics Inc.", "Ceramics SA"]
TITLE = ["CEO", "Owner", "Geschäftsführer", "Head of Purchasing", "Purchasing Manager", "Buyer", "Engineer", "Technical Director", "Sales Manager", "Consultant", "Student", ""]
CITY = [("Hamburg", "Deutschland"), ("Stuttgart", "Deutschland"), ("Lyon", "France"), ("Valencia", "España"), ("Milano", "Italia"), ("Rotterdam", "Nederland"), ("Gdańsk", "Polska"), ("Lagos", "Nigeria"), ("台北市", "台灣"), ("東京都", "日本")]


def pick(n):
    """Below n; the same every time, on every machine."""
    global STATE
    STATE = (STATE * 6364136223846793005 + 1442695040888963407) % 2**64
    return (STATE >> 33) % n


def person(i):
    """Nobody has another one's name at the same company."""
    if i % 40 == 0:
        family, given = HANS[i // 40 % len(HANS)]
        return dict(family=family, given=given, whole=family + given, firm=f"台北精密第{i}股份有限公司", mail=f"w{i}@taipei{i}.example", phone=f"+886 2 55{i:05d}", title="採購經理", city=CITY[8], script="hans")
    if i % 40 == 1:
        family, given = NIPPON[i // 40 % len(NIPPON)]
        return dict(family=family, given=given, whole=f"{family} {given}", firm=f"第{i}みどり商事", mail=f"s{i}@midori{i}.example", phone=f"+81 3 55{i:05d}", title="部長", city=CITY[9], script="nippon")
    given, family = GIVEN[i % len(GIVEN)], FAMILY[i // len(GIVEN) % len(FAMILY)]
    n = i // (len(GIVEN) * len(FAMILY)) * 66 + pick(66)
    firm = f"{FIRM[n % len(FIRM)]} {TRADE[n // len(FIRM) % len(TRADE)]}"
    return dict(family=family, given=given, whole=f"{given} {family}", firm=firm, mail=f"p{i}@{FIRM[n % len(FIRM)].lower()}{n}.example", phone=f"+49 40 55{i:05d}", title=TITLE[pick(len(TITLE))], city=CITY[pick(8)], script="latin")


def old(p, codec, charset):
    def text(name, value):
        raw = value.encode(codec, "replace")
        if raw.isascii():
            return f"{name}:{value}".encode()
        if codec == "cp932":
            return f"{name};CHARSET=SHIFT_JIS:".encode() + raw
        return f"{name};CHARSET={charset};ENCODING=QUOTED-PRINTABLE:".encode() + quopri.encodestring(raw).replace(b"\n", b"\r\n")

    lines = [b"BEGIN:VCARD", b"VERSION:2.1", text("N", f"{p['family']};{p['given']}"), text("FN", p["whole"]), text("ORG", p["firm"])]
    lines += [text("TITLE", p["title"])] * bool(p["title"]) + [f"TEL;WORK;VOICE:{p['phone']}".encode()] * bool(p["phone"]) + [f"EMAIL;PREF;INTERNET:{p['mail']}".encode()] * bool(p["mail"])
    return b"\r\n".join(lines + [b"END:VCARD", b""])


def new(p, version):
    kind = ";TYPE=work" if version == "4.0" else ";type=WORK;type=pref"
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"N:{p['family']};{p['given']};;;", f"FN:{p['whole']}", f"ORG:{p['firm']}"]
    lines += [f"TITLE:{p['title']}"] * bool(p["title"]) + [f"TEL{kind}:{p['phone']}"] * bool(p["phone"]) + [f"EMAIL{kind}:{p['mail']}"] * bool(p["mail"])
    lines += [f"ADR{kind}:;;;{p['city'][0]};;;{p['city'][1]}", "END:VCARD", ""]
    return "\r\n".join(lines).encode()


def card(p, how):
    if p["script"] == "nippon":
        return old(p, "cp932", "SHIFT_JIS") if how < 6 else new(p, "3.0")
    if p["script"] == "hans":
        return new(p, "4.0" if how < 5 else "3.0")
    if how < 2 and all(value.encode("cp1252", "ignore").decode("cp1252") == value for value in (p["whole"], p["firm"], p["title"])):
        return old(p, "cp1252", "Windows-1252")
    return old(p, "utf-8", "UTF-8") if how < 4 else new(p, "3.0" if how < 8 else "4.0")


def main(folder):
    people = [person(i) for i in range(PEOPLE)]
    files = [b""] * FILES
    for i in range(CARDS):
        p = dict(people[i if i < PEOPLE else pick(PEOPLE)])
        # Some cards have no address, some no telephone; the firm is on all of them.
        if (missing := pick(20)) == 0:
            p["mail"] = ""
        elif missing < 3:
            p["phone"] = ""
        files[i % FILES] += card(p, pick(10))
    # One phone was dropped while it was saving.
    files[46] += b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"
    for i, data in enumerate(files):
        (pathlib.Path(folder) / f"stand-{i + 1:02d}.vcf").write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
