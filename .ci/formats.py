#!/usr/bin/env python3
"""Black-box checks: files of other programs are recognised and imported as they mean.

usage: formats.py BINARY FORMATS_DIR [hubspot google ...]      (no name: all)

FORMATS_DIR holds a folder for each program and EXPECTED.md, a table of what each file must give; there is one check for each
row of it that perla reads by now. Each check makes fresh books in a temporary folder. It prints one line a check and ends
with 'N passed, N failed'; exit 1 if any failed.
"""
import csv
import io
import os
import subprocess
import sys
import tempfile

if len(sys.argv) < 3:
    sys.exit(__doc__)
BIN, FORMATS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CUSTOMER = ("ref", "ref_source", "name", "kind", "email", "email_label", "emails", "phone", "phone_label", "phones", "birthday", "address", "postcode",
            "city", "region", "country", "language", "consultant", "company", "tags", "notes", "created_on")


class Failed(Exception):
    pass


def need(ok, message):
    if not ok:
        raise Failed(message)


def equal(got, want, what):
    need(got == want, f"{what}: {got!r}, want {want!r}")


class Book:
    def __init__(self, currency="USD", country="US"):
        self.dir = tempfile.mkdtemp(prefix="perla-formats-")
        self.db = os.path.join(self.dir, "book.db")
        self.run("init", "--currency", currency, "--country", country)

    def call(self, *args, stdin=None):
        env = dict(os.environ, PERLA_DB=self.db, NO_COLOR="1", HOME=self.dir)
        return subprocess.run([BIN, *args], input=stdin, capture_output=True, text=True, env=env, timeout=300)

    def run(self, *args, stdin=None, code=0):
        p = self.call(*args, stdin=stdin)
        need(p.returncode == code, f"perla {' '.join(args)}: exit {p.returncode}, want {code}: {p.stderr.strip()[-300:]}")
        self.said = p.stderr
        return p.stdout

    def rows(self, *args, stdin=None, code=0):
        return list(csv.DictReader(io.StringIO(self.run(*args, "-o", "csv", stdin=stdin, code=code))))

    def read(self, *path, said=(), code=0, flags=()):
        """Imports a file of customers twice, the second time for nothing, and gives the summary and the customers."""
        args = ("customer", "import", os.path.join(FORMATS, *path), *flags)
        summary = {k: int(v) for k, v in self.rows(*args, code=code)[0].items()}
        for text in said:
            need(text in self.said, f"standard error lacks {text!r}: {self.said.strip()}")
        again = {k: int(v) for k, v in self.rows(*args, code=code)[0].items()}
        equal((again["created"], again["updated"]), (0, 0), "created and updated by the second import")
        equal(again["unchanged"], summary["created"] + summary["updated"] + summary["unchanged"], "unchanged by the second import")
        return summary, self.customers()

    def customers(self):
        customers = self.rows("customer", "list", "--all", "--sort", "id", "--columns", ",".join(CUSTOMER))
        for c in customers:
            c["known"] = {}
        for r in self.rows("sql", "SELECT c.id, a.key, a.value FROM customers c JOIN customer_attributes a ON a.customer_id = c.id ORDER BY 1, 2, 3"):
            customers[int(r["id"]) - 1]["known"].setdefault(r["key"], []).append(r["value"])
        return customers

    def holds(self, text):
        """Whether the book's file holds a text."""
        with open(self.db, "rb") as f:
            return text.encode() in f.read()


def are(customer, **want):
    for key, value in want.items():
        equal(customer[key], value, f"{customer['name']}: {key}")


def check_hubspot():
    """5 rows: 4 importable, line 4 rejected for want of name and e-mail; 104 is 101; two styles of dates in a column."""
    b = Book()
    b.run("customer", "import", os.path.join(FORMATS, "hubspot", "contacts.csv"), code=5)
    need("contacts.csv:4:" in b.said, f"no rejected row of line 4: {b.said}")
    equal(b.rows("customer", "list"), [], "customers after a refused import")
    summary, got = b.read("hubspot", "contacts.csv", said=("recognised a HubSpot export",), code=5, flags=("--skip-bad",))
    equal(summary["rejected"], 1, "rejected")
    equal(summary["created"] + summary["updated"] + summary["unchanged"], 4, "rows imported")
    equal([c["email"] for c in got], ["camille@example.com", "john@example.com", "noname@example.com"], "customers by e-mail")
    are(got[0], ref="101", ref_source="hubspot", name="Camille Durand", phone="+33 6 00 00 00 00", country="France", consultant="owner@example.com",
        known={"company": ["PT Demo Villa Investama"], "lead_status": ["NEW"]})
    are(got[1], ref="102", name="John Smith", country="Australia", created_on="2024-03-15")
    are(got[2], ref="105", name="noname@example.com")
    equal(b.rows("customer", "show", "ref:104")[0]["name"], "Camille Durand", "who is ref 104")
    return "3 customers of 4 rows, 1 rejected"


def check_google():
    """1 contact with 2 e-mails (* Work first), phone, address and label; the header of before 2024."""
    b = Book()
    _, got = b.read("google", "contacts_2024.csv", said=("recognised a Google Contacts export",))
    equal(len(got), 1, "customers")
    are(got[0], name="Grace Brewster Hopper", email="grace@navy.example", email_label="work", emails="other: grace@example.com", phone="+1 555 0199",
        phone_label="mobile", birthday="1906-12-09", address="1 Main St, Suite 4", postcode="22201", city="Arlington", region="VA", country="USA", tags="navy")
    equal(got[0]["known"]["company"], ["US Navy"], "company")
    with open(os.path.join(FORMATS, "google", "contacts_legacy_header_full.csv"), encoding="utf-8") as f:
        header = f.read().strip()
    cells = {"Name": "Ada Lovelace", "Given Name": "Ada", "Family Name": "Lovelace", "E-mail 1 - Type": "Home", "E-mail 1 - Value": "ada@home.example",
             "E-mail 2 - Type": "* Work", "E-mail 2 - Value": "ada@work.example", "Group Membership": "* myContacts ::: Friends"}
    legacy = Book()
    legacy.run("customer", "import", "-", stdin=header + "\n" + ",".join(cells.get(name, "") for name in header.split(",")) + "\n")
    need("recognised a Google Contacts export" in legacy.said, f"legacy header: {legacy.said}")
    are(legacy.customers()[0], name="Ada Lovelace", email="ada@work.example", emails="home: ada@home.example", tags="friends")
    return "names, labels, address; both headers"


def check_outlook():
    """The header of 92 columns; 1 contact John A Doe, Acme, 1985-04-21."""
    b = Book()
    _, got = b.read("outlook", "contacts_short.csv", said=("recognised an Outlook export",))
    equal(len(got), 1, "customers")
    are(got[0], name="John A Doe", email="john@example.com", phone="555-1234", phone_label="mobile", birthday="1985-04-21", notes="Hello")
    equal(got[0]["known"]["company"], ["Acme"], "company")
    with open(os.path.join(FORMATS, "outlook", "contacts_header_full.csv"), encoding="utf-8-sig") as f:
        header = f.read().strip()
    names = next(csv.reader([header]))
    equal(len(names), 92, "columns of the header")
    cells = {"First Name": "Eva", "Last Name": "Luna", "E-mail Address": "eva@example.com", "E-mail 2 Address": "eva@work.example", "Home Phone": "+34 911 111 111",
             "Mobile Phone": "+34 600 111 222", "Home City": "Madrid", "Business City": "Toledo", "Birthday": "0/0/00", "Categories": "VIP;Book club", "Priority": "Normal"}
    full = Book()
    full.run("customer", "import", "-", stdin=header + "\n" + ",".join(cells.get(name, "") for name in names) + "\n")
    need("recognised an Outlook export" in full.said and "not used" not in full.said, f"full header: {full.said}")
    are(full.customers()[0], name="Eva Luna", emails="eva@work.example", phone="+34 600 111 222", phones="home: +34 911 111 111", city="Madrid", birthday="",
        tags="book club, vip")
    return "short file and the 92 columns"


def check_stripe_customers():
    """2 customers, times in UTC; card numbers are not kept and what they spent is no order."""
    b = Book()
    _, got = b.read("stripe", "customers.csv", said=("recognised a Stripe export of customers", "Card Number", "Total Spend"))
    equal([c["ref"] for c in got], ["cus_R8xKpLmN3qWvTb", "cus_R8xKpLmN3qWvTc"], "refs")
    are(got[0], ref_source="stripe", name="Elena Vasquez", email="elena.vasquez@gmail.com", phone="+12125551847", created_on="2026-04-22",
        notes="Signed up via marketing landing page")
    equal(b.rows("order", "list"), [], "orders")
    for number in ("4242424242424242", "5555555555554444"):
        need(not b.holds(number), f"the book holds the card number {number}")
    b.run("customer", "import", os.path.join(FORMATS, "stripe", "customers.csv"), "--map", "notes=Card Number", code=2)
    return "2 customers, no card number, no order"


def check_shopify_customers():
    """2 customers; ids without their apostrophe, UTF-8 names, two tags, tax exempt yes and no; no consent."""
    b = Book()
    _, got = b.read("shopify", "customers_export.csv", said=("recognised a Shopify export of customers", "Accepts Email Marketing"))
    equal([c["ref"] for c in got], ["7210448301122", "7210448301123"], "refs")
    are(got[0], ref_source="shopify", name="Teodoro Villaseñor", tags="ag-exempt, retail", notes="Cattle ranch.", address="HC 31 Box 4500", city="Elko", region="NV",
        postcode="89801", country="US", phone="(775) 555-0154", phones="", known={"company": ["Villaseñor Ranch"], "tax_exempt": ["yes"]})
    are(got[1], name="Hollis Pettibone", tags="retail", known={"tax_exempt": ["no"]})
    equal(b.rows("sql", "SELECT * FROM consents"), [], "consents")
    equal(b.rows("order", "list"), [], "orders")
    mapped = Book()
    mapped.run("customer", "import", os.path.join(FORMATS, "shopify", "customers_export.csv"), "--map", "consent.email=Accepts Email Marketing")
    equal(mapped.rows("sql", "SELECT customer_id, channel, granted FROM consents WHERE granted"), [{"customer_id": "2", "channel": "email", "granted": "1"}],
          "consents once mapped by name")
    return "2 customers, tags, tax exemption; consent only when mapped"


def check_vcard():
    """Two RFC examples and a list without a last newline: mixed case, folds, tel: with an extension, a birthday without its year."""
    b = Book()
    _, got = b.read("vcard", "rfc2426-example.vcf")
    equal([c["name"] for c in got], ["Frank Dawson", "Tim Howes"], "names")
    are(got[0], email="frank_dawson@lotus.com", emails="fdawson@earthlink.net", phone="+1-919-676-9515", phone_label="work", address="6544 Battleford Drive",
        city="Raleigh", region="NC", postcode="27613-3502", country="U.S.A.")
    equal((got[0]["known"]["company"], got[0]["known"]["fax"]), (["Lotus Development Corporation"], ["+1-919-676-9564"]), "company and fax")
    are(got[1], city="Mountain View", region="CA", postcode="94043")
    _, got = Book().read("vcard", "rfc6350-example.vcf", said=("KEY",))
    equal(len(got), 1, "customers")
    are(got[0], name="Simon Perreault", birthday="--02-03", language="fr", email="simon.perreault@viagenie.ca", email_label="work",
        phone="+1-418-656-9254 ext. 102", phone_label="work", phones="work mobile: +1-418-262-6501", address="2875 Laurier, Suite D2-630", city="Quebec",
        region="QC", postcode="G1V 2M2", country="Canada")
    _, got = Book().read("vcard", "gmail-list.vcf")
    equal([c["email"] for c in got], ["asmithk@gmail.com", "chrisy55d@yahoo.com", "dwhite@gmail.com"], "e-mails")
    for version in ("3.0", "4.0"):
        for name in ("rfc2426-example.vcf", "rfc6350-example.vcf", "gmail-list.vcf"):
            there, back = Book(), Book()
            there.read("vcard", name)
            first = there.run("customer", "export", "--vcard", version)
            back.run("customer", "import", "-", stdin=first)
            equal(back.run("customer", "export", "--vcard", version), first, f"{name} exported as {version}, imported and exported again")
    return "2 + 1 + 3 cards, and back"


CHECKS = {"hubspot": check_hubspot, "google": check_google, "outlook": check_outlook, "stripe-customers": check_stripe_customers,
          "shopify-customers": check_shopify_customers, "vcard": check_vcard}


def main():
    names = sys.argv[3:] or list(CHECKS)
    failed = 0
    for name in names:
        if name not in CHECKS:
            sys.exit(f"no check {name}; there are {' '.join(CHECKS)}")
        try:
            print(f"ok    {name}: {CHECKS[name]()}", flush=True)
        except (Failed, subprocess.TimeoutExpired, KeyError, IndexError, ValueError) as e:
            failed += 1
            print(f"FAIL  {name}: {type(e).__name__ + ': ' if not isinstance(e, Failed) else ''}{e}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
