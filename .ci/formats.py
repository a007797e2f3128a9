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


def products(b, *path, said=(), flags=()):
    """Imports a file of products twice, the second time for nothing, and gives the summary and the products."""
    args = ("product", "import", os.path.join(FORMATS, *path), *flags)
    summary = {k: int(v) for k, v in b.rows(*args)[0].items()}
    for text in said:
        need(text in b.said, f"standard error lacks {text!r}: {b.said.strip()}")
    again = {k: int(v) for k, v in b.rows(*args)[0].items()}
    equal((again["created"], again["updated"], again["rejected"]), (0, 0, 0), "by the second import")
    equal(again["unchanged"], summary["created"], "unchanged by the second import")
    rows = b.rows("product", "list", "--all", "--sort", "id", "--columns", "sku,name,price,category,brand,tags,notes,archived_on,attributes")
    back = Book()
    back.run("product", "import", "-", stdin=b.run("product", "export"))
    equal(back.run("product", "export"), b.run("product", "export"), "exported, imported and exported again")
    return summary, {r["sku"]: r for r in rows}


def check_shopify_products():
    """3 products in 5 rows, one with a title row and 2 variants: a product each; draft and archived are archived."""
    b = Book()
    summary, got = products(b, "shopify", "product_template.csv", said=("recognised a Shopify export of products",))
    equal((summary["created"], summary["rejected"]), (5, 0), "created and rejected")
    equal(list(got), ["example-t-shirt-lithograph-height-9-x-width-12", "example-shirt-s", "example-shirt-m", "example-pants-jeans-w32h34", "example-hat-grey"], "skus")
    are(got["example-shirt-s"], name="Example T-Shirt - Small", price="19.99", category="Shirts", brand="Acme", tags="mens t-shirt example", archived_on="")
    are(got["example-t-shirt-lithograph-height-9-x-width-12"], price="25.00", archived_on="")
    for sku in ("example-pants-jeans-w32h34", "example-hat-grey"):
        need(got[sku]["archived_on"], f"{sku} is not archived")
    equal(len(b.rows("product", "list")), 3, "products in the list")
    return "5 variants of 3 products, 2 of them archived"


def check_woocommerce_products():
    """25 rows: 12 simple, 7 variations, 2 downloads, 1 external are products; 2 parents and a group without a price are none."""
    b = Book()
    summary, got = products(b, "woocommerce", "sample_products.csv", said=("recognised a WooCommerce export of products", "3 rows passed over"))
    equal((summary["created"], len(got)), (22, 22), "products")
    for sku in ("woo-vneck-tee", "woo-hoodie", "logo-collection"):
        need(sku not in got, f"{sku} is a product")
    are(got["woo-hoodie-red"], name="Hoodie - Red, No", price="42.00", category="Clothing > Hoodies", attributes="color=Red; logo=No", notes="This is a variable product.")
    are(got["woo-beanie"], price="18.00", category="Clothing > Accessories", attributes="color=Red", archived_on="")
    are(got["woo-album"], price="15.00", category="Music", notes="This is a simple, virtual product.")
    are(got["wp-pennant"], price="11.05")
    summary = b.rows("product", "import", os.path.join(FORMATS, "woocommerce", "sample_products_override.csv"))[0]
    equal((summary["created"], summary["updated"]), ("0", "22"), "created and updated by the file that overrides")
    return "22 products of 25 rows, overridden"


def orders(name, *path, created, said=()):
    """Imports a shop's orders twice, the second time for nothing, and gives the book and the orders by ref."""
    b = Book()
    summary = {k: int(v) for k, v in b.rows("order", "import", os.path.join(FORMATS, *path))[0].items()}
    for text in (f"recognised a {name} export of orders", *said):
        need(text in b.said, f"standard error lacks {text!r}: {b.said.strip()}")
    equal((summary["created"], summary["rejected"]), (created, 0), "orders and refunds created, and rows rejected")
    again = {k: int(v) for k, v in b.rows("order", "import", os.path.join(FORMATS, *path))[0].items()}
    equal((again["created"], again["updated"], again["unchanged"], again["customers"]), (0, 0, created, 0), "by the second import")
    need(not [r for r in b.rows("check") if r["result"] != "ok"], "perla check finds something")
    return b, {r["ref"]: r for r in b.rows("order", "list")}


def worth(rows):
    """The sum of the totals of orders, in cents."""
    return sum(int(r["total"].replace(".", "")) for r in rows)


def check_shopify_orders():
    """4 orders of 5 line rows; what a voided and cancelled one came to is no revenue, what was paid back is taken off."""
    b, got = orders("Shopify", "shopify", "orders_export_37col.csv", created=5)
    equal([r["total"] for r in got.values()], ["56.29", "25.00", "16.00", "20.00", "-4.00"], "totals")
    equal([r["status"] for r in got.values()], ["paid", "paid", "cancelled", "paid", "paid"], "statuses")
    equal([r["date"] for r in got.values()], ["2026-09-03", "2026-09-10", "2026-09-12", "2026-08-20", "2026-08-20"], "days")
    lines = b.rows("order", "show", "#1001")
    equal([(r["product"], r["product_name"], r["quantity"], r["unit_price"]) for r in lines],
          [("FERN-1", "Botanical Fern Print", "2", "16.00"), ("TOTE-1", "Canvas Tote Bag", "1", "20.00")], "lines of #1001")
    sums = b.rows("sql", "SELECT discount, tax, shipping FROM orders WHERE ref = '#1001'")[0]
    equal(sums, {"discount": "500", "tax": "329", "shipping": "600"}, "discount, tax and shipping of #1001")
    equal(worth(r for ref, r in got.items() if ref.startswith("#1004")), 1600, "net of #1004")
    people = b.customers()
    equal([(c["name"], c["email"], c["city"]) for c in people], [("Ada Example", "ada@example.com", "Testville"), ("Bo Placeholder", "bo@example.com", "Sampleton"),
                                                                  ("Cy Example", "cy@example.com", "Testville")], "customers")
    equal(len([r for r in b.rows("order", "list", "--customer", "ada@example.com") if not r["total"].startswith("-")]), 2, "orders of Ada")
    equal([(r["name"], r["frequency"], r["segment"] == "prospect") for r in b.rows("report", "rfm")],
          [("Ada Example", "2", False), ("Bo Placeholder", "1", False), ("Cy Example", "", True)], "purchases in the RFM report")
    return "4 orders, 3 customers, #1004 nets 16.00"


def check_shopify_ltvkit():
    """9 rows: 8 orders of 4 customers and of 1 guest; revenue 985, of it 25 the guest's; the sample: 127 orders of 249 rows."""
    b, got = orders("Shopify", "shopify", "ltvkit_orders_fixture.csv", created=9)
    equal(len([r for r in got if not r.endswith("refund")]), 8, "orders")
    equal(sorted({r["customer"] for r in got.values()}), ["Guest", "ann@example.com", "bob@example.com", "cara@example.com", "dana@example.com"], "customers")
    equal((worth(got.values()), worth(r for r in got.values() if r["customer"] == "Guest")), (98500, 2500), "revenue, and the guest's")
    b, got = orders("Shopify", "shopify", "ltvkit_orders_sample.csv", created=135)
    sold = [r for ref, r in got.items() if not ref.endswith("refund")]
    equal((len(sold), worth(sold)), (127, 1506300), "orders and their totals")
    equal(worth(r for ref, r in got.items() if ref.endswith("refund")), -42375, "refunded")
    equal(len({r["customer"] for r in sold} - {"Guest"}), 57, "customers by e-mail")
    equal(len([r for r in sold if r["customer"] == "Guest"]), 5, "orders without e-mail")
    return "revenue 985.00 and 15063.00 less 423.75"


def check_woocommerce_orders():
    """The header alone is recognised; with rows an order only has its total."""
    orders("WooCommerce", "woocommerce", "orders_export_header.csv", created=0)
    with open(os.path.join(FORMATS, "woocommerce", "orders_export_header.csv"), encoding="utf-8-sig") as f:
        header = f.read().strip()
    cells = {"order_id": "7001", "order_date": "2026-11-01 10:00:00", "order_status": "completed", "billing_first_name": "Mia", "billing_last_name": "Cole",
             "billing_email": "mia@example.com", "billing_city": "Elko", "order_total": "42.50", "order_currency": "USD"}
    b = Book()
    b.run("order", "import", "-", stdin=header + "\n" + ",".join(cells.get(name, "") for name in header.split(",")) + "\n")
    equal([(r["ref"], r["ref_source"], r["total"]) for r in b.rows("order", "list")], [("7001", "woocommerce", "42.50")], "orders")
    are(b.customers()[0], name="Mia Cole", email="mia@example.com", city="Elko")
    return "the header, and an order of it"


CHECKS = {"hubspot": check_hubspot, "google": check_google, "outlook": check_outlook, "stripe-customers": check_stripe_customers,
          "shopify-customers": check_shopify_customers, "vcard": check_vcard,
          "shopify-products": check_shopify_products, "woocommerce-products": check_woocommerce_products,
          "shopify-orders": check_shopify_orders, "shopify-ltvkit": check_shopify_ltvkit, "woocommerce-orders": check_woocommerce_orders}


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
