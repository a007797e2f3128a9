#!/usr/bin/env python3
"""Black-box checks: what real trade comes to once it is in a book.

usage: northwind.py BINARY DATA_DIR [northwind superstore]      (no name: all)

DATA_DIR holds the folders northwind, superstore and expected. The files are imported through perla's own commands, joined
and renamed only where its imports need it, and perla's report of sales must give the expected figures. It prints one line a
check and ends with 'N passed, N failed'; exit 1 if any failed.
"""
import csv
import io
import os
import subprocess
import sys
import tempfile
from decimal import ROUND_HALF_EVEN, Decimal

if len(sys.argv) < 3:
    sys.exit(__doc__)
BIN, DATA = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
REPORT = ("report", "sales", "--by")


class Failed(Exception):
    pass


def need(ok, message):
    if not ok:
        raise Failed(message)


def close(got, want, by, what):
    need(abs(Decimal(got) - Decimal(want)) <= Decimal(by), f"{what}: {got}, want {want} within {by}")


class Book:
    def __init__(self, currency="USD"):
        self.dir = tempfile.mkdtemp(prefix="perla-northwind-")
        self.db = os.path.join(self.dir, "book.db")
        self.run("init", "--currency", currency, "--country", "US")

    def run(self, *args, stdin=None):
        env = dict(os.environ, PERLA_DB=self.db, NO_COLOR="1", HOME=self.dir)
        p = subprocess.run([BIN, *args], input=stdin, capture_output=True, text=True, encoding="utf-8", env=env, timeout=300)
        need(p.returncode == 0, f"perla {' '.join(args)}: exit {p.returncode}: {p.stderr.strip()[-300:]}")
        return p.stdout

    def rows(self, *args, stdin=None):
        return list(csv.DictReader(io.StringIO(self.run(*args, "-o", "csv", stdin=stdin))))

    def imports(self, noun, source, count, *flags, stdin=None):
        """Imports a file twice: all rows are new the first time, and none the second."""
        first = self.rows(noun, "import", source, *flags, stdin=stdin)[0]
        need(int(first["created"]) == count and int(first["rejected"]) == 0, f"{noun} import: {first}, want {count} created")
        again = self.rows(noun, "import", source, *flags, stdin=stdin)[0]
        need(int(again["unchanged"]) == count and int(again["created"]) + int(again["updated"]) == 0, f"{noun} import again: {again}")

    def sales(self, by):
        """The report of sales, the same in sum whatever it is broken down by."""
        rows = self.rows(*REPORT, by)
        return {r["key"]: r for r in rows}, sum(Decimal(r["revenue"]) for r in rows)


def table(*path):
    with open(os.path.join(DATA, *path), encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def csv_of(header, rows):
    out = io.StringIO()
    w = csv.writer(out, lineterminator="\n")
    w.writerow(header)
    w.writerows(rows)
    return out.getvalue()


def northwind():
    b = Book()
    b.imports("customer", os.path.join(DATA, "northwind", "customers.csv"), 93, "--map",
              "ref=CustomerID,name=CompanyName,address=Address,city=City,region=Region,postcode=PostalCode,country=Country,phone=Phone")
    categories = {c["CategoryID"]: c["CategoryName"] for c in table("northwind", "categories.csv")}
    b.imports("product", "-", 77, "--map", "sku=ProductID,name=ProductName,price=UnitPrice,reorder_at=ReorderLevel",
              stdin=csv_of(("ProductID", "ProductName", "category", "UnitPrice", "ReorderLevel"),
                           [(p["ProductID"], p["ProductName"], categories[p["CategoryID"]], p["UnitPrice"], p["ReorderLevel"]) for p in table("northwind", "products.csv")]))
    employees = {e["EmployeeID"]: e["FirstName"] + " " + e["LastName"] for e in table("northwind", "employees.csv")}
    orders = {o["OrderID"]: o for o in table("northwind", "orders.csv")}
    lines = []
    for line in table("northwind", "order_details.csv"):
        o = orders[line["OrderID"]]
        lines.append((line["OrderID"], o["CustomerID"], o["OrderDate"], employees[o["EmployeeID"]], line["ProductID"], line["Quantity"], line["UnitPrice"],
                      f"{(Decimal(line['Discount']) * 100).normalize():f}%", o["Freight"]))
    b.imports("order", "-", 830, "--known-customers",
              stdin=csv_of(("ref", "customer", "date", "consultant", "product", "quantity", "unit_price", "discount", "shipping"), lines))
    need(b.rows("sql", "SELECT count(*) AS n FROM v_order_lines")[0]["n"] == "2155", "lines")

    by_customer, total = b.sales("customer")
    close(total, "1265793.02", 0, "net total")
    for by in ("month", "week", "channel", "consultant", "product", "category"):
        close(b.sales(by)[1], total, 0, f"net total by {by}")
    customers = {c["ref"]: c["id"] for c in b.rows("customer", "list", "--all", "--columns", "id,ref")}
    buyers = 0
    for want in table("expected", "northwind_revenue_by_customer.csv"):
        ref = want["CustomerID"].strip()
        got = by_customer.get(customers[ref])
        need((got is None) == (want["orders"] == "0"), f"customer {ref}: {got}")
        if got:
            buyers += 1
            need(got["orders"] == want["orders"], f"customer {ref}: {got['orders']} orders, want {want['orders']}")
            close(got["revenue"], want["net"], "0.03", f"customer {ref}")
    by_consultant, _ = b.sales("consultant")
    for want in table("expected", "northwind_revenue_by_employee.csv"):
        got = by_consultant[want["employee"]]
        need(got["orders"] == want["orders"], f"{want['employee']}: {got['orders']} orders, want {want['orders']}")
        close(got["revenue"], want["net"], "0.03", want["employee"])
    need(len(by_consultant) == 9, f"{len(by_consultant)} consultants")
    need(all(r["margin"] == "" for r in by_consultant.values()), "a margin where no cost is known")
    b.run("check")
    return f"net {total}, {buyers} customers and {len(by_consultant)} employees within 0.03"


def superstore():
    """The file's money has four decimals. A book in a currency of four holds it as it is, one in dollars each line to the cent."""
    facts = {f["fact"]: f["value"] for f in table("expected", "superstore_facts.csv")}
    lines, cents, cost = [], Decimal("0.01"), Decimal(0)
    for row in table("superstore", "Sample - Superstore.csv"):
        sales, profit = Decimal(row["Sales"]), Decimal(row["Profit"])
        price = (sales / Decimal(row["Quantity"])).quantize(Decimal("1e-9"), ROUND_HALF_EVEN)
        lines.append((row["Order ID"], row["Customer ID"], row["Order Date"], row["Region"], row["Product ID"], row["Quantity"], price, sales - profit))
        cost += (sales - profit).quantize(cents, ROUND_HALF_EVEN)
    orders = csv_of(("ref", "customer", "date", "channel", "product", "quantity", "unit_price", "cost"), lines)

    b = Book("CLF")
    b.imports("order", "-", int(facts["orders"]), stdin=orders)
    for by in ("month", "week", "channel", "product", "customer"):
        rows, total = b.sales(by)
        close(total, facts["sales"], "0.25", f"sales by {by}")
        close(sum(Decimal(r["margin"]) for r in rows.values()), facts["profit"], "0.25", f"profit by {by}")
        need(by == "product" or sum(int(r["orders"]) for r in rows.values()) == int(facts["orders"]), f"orders by {by}")
        need(sum(int(r["units"]) for r in rows.values()) == int(facts["quantity"]), f"quantity by {by}")
    need(len(b.sales("product")[0]) == int(facts["products"]), "products")
    need(len(b.sales("customer")[0]) == int(facts["customers"]), "customers")
    regions, exact = b.sales("channel")
    for want in table("expected", "superstore_region.csv"):
        close(regions[want["Region"]]["revenue"], want["Sales"], "0.25", want["Region"])
        close(regions[want["Region"]]["margin"], want["Profit"], "0.25", want["Region"])
    profit = sum(Decimal(r["margin"]) for r in regions.values())
    b.run("check")

    dollars = Book()
    dollars.imports("order", "-", int(facts["orders"]), stdin=orders)
    rows, total = dollars.sales("month")
    close(total, facts["sales"], "0.25", "sales to the cent")
    close(sum(Decimal(r["margin"]) for r in rows.values()), total - cost, 0, "profit to the cent")
    return f"sales {exact}, profit {profit}; to the cent sales {total}, profit {total - cost}"


CHECKS = {"northwind": northwind, "superstore": superstore}


def main():
    names = sys.argv[3:] or list(CHECKS)
    failed = 0
    for name in names:
        if name not in CHECKS:
            sys.exit(f"no check {name}; there are {' '.join(CHECKS)}")
        try:
            print(f"ok    {name}: {CHECKS[name]()}", flush=True)
        except (Failed, subprocess.TimeoutExpired, KeyError, IndexError, ValueError, ArithmeticError) as e:
            failed += 1
            print(f"FAIL  {name}: {type(e).__name__ + ': ' if not isinstance(e, Failed) else ''}{e}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
