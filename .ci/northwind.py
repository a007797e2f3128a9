#!/usr/bin/env python3
"""Black-box checks: what real trade comes to once it is in a book.

usage: northwind.py BINARY DATA_DIR [northwind network superstore]      (no name: all)

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


def employees():
    return {e["EmployeeID"]: e["FirstName"] + " " + e["LastName"] for e in table("northwind", "employees.csv")}


def northwind_orders(consultants):
    """The orders as a file that order import reads, each the sale of a consultant who is named by what consultants says."""
    orders = {o["OrderID"]: o for o in table("northwind", "orders.csv")}
    lines = []
    for line in table("northwind", "order_details.csv"):
        o = orders[line["OrderID"]]
        lines.append((line["OrderID"], o["CustomerID"], o["OrderDate"], consultants[o["EmployeeID"]], line["ProductID"], line["Quantity"], line["UnitPrice"],
                      f"{(Decimal(line['Discount']) * 100).normalize():f}%", o["Freight"]))
    return csv_of(("ref", "customer", "date", "consultant", "product", "quantity", "unit_price", "discount", "shipping"), lines)


def northwind():
    b = Book()
    b.imports("customer", os.path.join(DATA, "northwind", "customers.csv"), 93, "--map",
              "ref=CustomerID,name=CompanyName,address=Address,city=City,region=Region,postcode=PostalCode,country=Country,phone=Phone")
    categories = {c["CategoryID"]: c["CategoryName"] for c in table("northwind", "categories.csv")}
    b.imports("product", "-", 77, "--map", "sku=ProductID,name=ProductName,price=UnitPrice,reorder_at=ReorderLevel",
              stdin=csv_of(("ProductID", "ProductName", "category", "UnitPrice", "ReorderLevel"),
                           [(p["ProductID"], p["ProductName"], categories[p["CategoryID"]], p["UnitPrice"], p["ReorderLevel"]) for p in table("northwind", "products.csv")]))
    b.imports("order", "-", 830, "--known-customers", stdin=northwind_orders(employees()))
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


def network():
    """The nine employees with their reporting tree as a team, its years as one cycle: their sales, those of their groups, and
    the commission by brackets, which a payout freezes."""
    b = Book()
    staff = table("northwind", "employees.csv")
    b.imports("consultant", "-", 9, "--map", "ref=EmployeeID,sponsor=ReportsTo,joined_on=HireDate,birthday=BirthDate,phone=HomePhone",
              stdin=csv_of(("EmployeeID", "name", "ReportsTo", "HireDate", "BirthDate", "HomePhone", "City", "Country"),
                           [(e["EmployeeID"], e["FirstName"] + " " + e["LastName"], e["ReportsTo"], e["HireDate"], e["BirthDate"], e["HomePhone"], e["City"], e["Country"])
                            for e in staff]))
    b.imports("order", "-", 830, stdin=northwind_orders({e["EmployeeID"]: e["EmployeeID"] for e in staff}))
    b.run("consultant", "cycle", "ALL", "1996-07-01..1998-05-31")

    above = {e["EmployeeID"]: e["ReportsTo"] for e in staff}

    def chain(ref):
        while ref:
            yield ref
            ref = above[ref]

    tree = {r["ref"]: r for r in b.rows("consultant", "tree", "--period", "ALL")}
    need({ref: r["sponsor"] for ref, r in tree.items()} == above, f"sponsors: {tree}")
    sales = {}
    for want in table("expected", "northwind_revenue_by_employee.csv"):
        got = tree[want["EmployeeID"]]
        need(got["name"] == want["employee"], f"{got} is not {want['employee']}")
        close(got["own_sales"], want["net"], "0.03", want["employee"])
        sales[got["ref"]] = Decimal(got["own_sales"])
    for ref, got in tree.items():
        need(int(got["depth"]) == len(list(chain(ref))) - 1, f"depth of {got}")
        close(got["group_sales"], sum(net for who, net in sales.items() if ref in chain(who)), 0, f"group of {got['name']}")
    need([r["ref"] for r in b.rows("consultant", "tree", "5", "--depth", "1", "--period", "ALL")] == ["5", "6", "7", "9"], "who works under Buchanan")
    b.run("consultant", "set", "commission=marginal", "bracket.0=5", "bracket.100000=7", "bracket.200000=10", "--from", "1996-01-01")
    earned = {r["ref"]: Decimal(r["commission"]) for r in b.rows("report", "commissions", "--period", "ALL")}
    for ref, net in sales.items():
        want = (min(net, 100000) * 5 + max(min(net, 200000) - 100000, 0) * 7 + max(net - 200000, 0) * 10) / 100
        close(earned[ref], want.quantize(Decimal("0.01"), ROUND_HALF_EVEN), 0, f"commission of {ref}")
    paid = {r["ref"]: Decimal(r["amount"]) for r in b.rows("consultant", "pay", "--period", "ALL")}
    need(paid == earned, f"paid {paid}, earned {earned}")
    b.run("check")
    return f"{len(tree)} employees in {1 + max(int(r['depth']) for r in tree.values())} steps, commission {sum(paid.values())} on {sum(sales.values())}"


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


CHECKS = {"northwind": northwind, "network": network, "superstore": superstore}


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
