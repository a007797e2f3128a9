#!/bin/sh
# What perla costs beside the sqlite3 shell doing the same work on the same data: processor time (user and system) in
# pairs A B A B, as medians of the ratios of A to B, and peak memory. Prints one Markdown table.
#
#   examples/bench/compare.sh [ORDERS [CUSTOMERS]]        (1000000 and 100000 unless you say otherwise)
#
# PAIRS=5 pairs are taken of the short jobs, PAIRS_LONG=3 of the long ones; a job of milliseconds is run TIMES=20 times in
# each half of a pair. PERLA=FILE measures that program instead of building one; ONLY=WORDS takes only the rows in whose
# label they stand. Needs Go and sqlite3; at full size 2 GB
# of disk below TMPDIR and a quarter of an hour.
set -eu

orders=${1:-1000000}
customers=${2:-$((orders / 10))}
pairs=${PAIRS:-5}
long=${PAIRS_LONG:-3}
times=${TIMES:-20}
only=${ONLY:-}
if [ "$orders" -lt 1000 ] || [ "$customers" -lt 100 ]; then
	echo "compare.sh: at least 1000 orders of 100 customers are needed" >&2
	exit 2
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

say() { printf 'compare.sh: %s\n' "$*" >&2; }

say "building"
cd "$root"
go build -o "$work/gen" ./examples/bench/gen
go build -o "$work/pair" ./examples/bench/pair
if [ -n "${PERLA:-}" ]; then
	cp "$PERLA" "$work/perla"
else
	CGO_ENABLED=0 go build -o "$work/perla" ./cmd/perla
fi
cd "$work"
HOME=$work PERLA_NOW=2025-12-31T12:00:00Z
export HOME PERLA_NOW
unset PERLA_DB PERLA_OUTPUT PERLA_COLOR XDG_CONFIG_HOME XDG_DATA_HOME

# A table as perla keeps orders, without names and without an operation log: the columns of the file, the same indexes,
# the same promise that what is committed survives a power cut. The shell checks nothing and knows no customers.
cat >raw.sql <<'SQL'
PRAGMA journal_mode = WAL;
CREATE TABLE orders (ref TEXT, customer TEXT, date TEXT, total NUMERIC, channel TEXT);
CREATE UNIQUE INDEX orders_ref ON orders (ref);
CREATE INDEX orders_sales ON orders (customer, date, total);
SQL
shell_import() {
	printf '%s\n' 'PRAGMA synchronous = FULL;' '.mode csv' ".import --skip 1 $1 orders"
}
shell_import orders.csv >import.sql
shell_import new.csv >import-new.sql
cat >rfm.sql <<'SQL'
.mode csv
.headers on
WITH sums AS (SELECT customer, max(date) AS last_order, count(*) AS frequency, sum(total) AS monetary FROM orders GROUP BY customer)
SELECT customer, last_order, CAST(julianday('2025-12-31') - julianday(last_order) AS INTEGER) AS recency_days, frequency, monetary,
       NTILE(5) OVER (ORDER BY last_order) AS r, NTILE(5) OVER (ORDER BY frequency) AS f, NTILE(5) OVER (ORDER BY monetary) AS m
FROM sums ORDER BY customer;
SQL
cat >cohort.sql <<'SQL'
.mode csv
.headers on
WITH firsts AS (SELECT customer, substr(min(date), 1, 7) AS cohort FROM orders WHERE total >= 0 GROUP BY customer),
     months AS (SELECT DISTINCT customer, substr(date, 1, 7) AS month FROM orders WHERE total >= 0)
SELECT cohort, month, count(*) AS customers FROM firsts JOIN months USING (customer) GROUP BY cohort, month ORDER BY cohort, month;
SQL
# A quarter of the orders with four lines each: as many lines as there are orders without.
cat >raw-lines.sql <<'SQL'
CREATE TABLE lines (ref TEXT, customer TEXT, date TEXT, product TEXT, quantity INTEGER, unit_price NUMERIC);
.mode csv
.import --skip 1 lines.csv lines
CREATE INDEX lines_basket ON lines (ref, product);
SQL
cat >basket.sql <<'SQL'
.mode csv
.headers on
WITH l AS MATERIALIZED (SELECT DISTINCT ref, product FROM lines),
     n AS (SELECT product, count(*) AS n FROM l GROUP BY product)
SELECT a.product AS a, b.product AS b, count(*) AS count FROM l a JOIN l b ON b.ref = a.ref AND b.product > a.product
WHERE a.product IN (SELECT product FROM n WHERE n >= 0.001 * (SELECT count(DISTINCT ref) FROM l))
  AND b.product IN (SELECT product FROM n WHERE n >= 0.001 * (SELECT count(DISTINCT ref) FROM l))
GROUP BY 1, 2 HAVING count(*) >= 0.001 * (SELECT count(DISTINCT ref) FROM l) ORDER BY count DESC;
SQL
# The columns that perla order export writes, from perla's own book.
cat >export.sql <<'SQL'
.mode csv
.headers on
SELECT o.ref, o.ref_source, c.ref AS customer, o.ordered_on AS date, o.total / 100.0 AS total, o.channel,
       CASE WHEN o.cancelled_on IS NOT NULL THEN 'cancelled' WHEN o.returned_on IS NOT NULL THEN 'returned' WHEN o.is_history THEN 'paid' ELSE 'open' END AS status,
       k.ref AS consultant, p.ref AS campaign, s.sku AS product, l.quantity, l.unit_price / 100.0 AS unit_price, o.cost / 100.0 AS cost,
       nullif(o.discount, 0) AS discount, nullif(o.shipping, 0) AS shipping, nullif(o.tax, 0) AS tax, 'EUR' AS currency, o.notes
FROM orders o JOIN customers c ON c.id = o.customer_id
LEFT JOIN consultants k ON k.id = o.consultant_id LEFT JOIN campaigns p ON p.id = o.campaign_id
LEFT JOIN order_lines l ON l.order_id = o.id LEFT JOIN products s ON s.id = l.product_id
ORDER BY o.id;
SQL

new_book() { rm -f "$1" "$1-wal" "$1-shm" && ./perla init --db "$1" >import.log 2>&1; }
again="rm -f a.db a.db-wal a.db-shm && ./perla init --db a.db"
raw_again="rm -f b.db b.db-wal b.db-shm && sqlite3 b.db '.read raw.sql'"
copy="rm -f a.db-wal a.db-shm && cp book.db a.db"
raw_copy="rm -f b.db-wal b.db-shm && cp raw.db b.db"

# row LABEL PAIRS RUNS PREPARE-A PREPARE-B A ... -- B ...
row() {
	label=$1 n=$2 runs=$3 prepare_a=$4 prepare_b=$5
	shift 5
	case $label in *"$only"*) ;; *) return ;; esac
	say "$label"
	./pair -label "$label" -pairs "$n" -times "$runs" -prepare-a "$prepare_a" -prepare-b "$prepare_b" "$@"
}

say "making $orders orders of $customers customers"
./gen -orders "$orders" -customers "$customers" >orders.csv
./gen -orders 1000 -customers "$customers" -after "$orders" >new.csv
for part in 10 100; do
	./gen -orders $((orders / part)) -customers $((customers / part)) >"orders-$part.csv"
	new_book "book-$part.db"
	./perla order import "orders-$part.csv" --db "book-$part.db" >import.log 2>&1
done
new_book book.db
./perla order import orders.csv --db book.db >import.log 2>&1
sqlite3 raw.db '.read raw.sql' >import.log
sqlite3 raw.db '.read import.sql'
./gen -lines -orders $((orders / 4)) -customers $((customers / 4)) >lines.csv
new_book lines-book.db
./perla order import lines.csv --db lines-book.db >import.log 2>&1
sqlite3 lines.db '.read raw-lines.sql'
middle=$(printf 'C%06d' $((customers / 2)))
some=$(printf 'c%05d' $((customers / 20))) # the beginning of ten refs

printf '%s orders of %s customers, %s, sqlite3 %s\n\n' "$orders" "$customers" "$(uname -sm)" "$(sqlite3 --version | cut -d' ' -f1)"
./pair -head
row "order import into a new book / shell's raw .import" "$long" 1 "$again" "$raw_again" \
	./perla order import orders.csv --db a.db -- sqlite3 b.db '.read import.sql'
row "the same file again / the first time" "$long" 1 "" "$raw_again && rm -f c.db c.db-wal c.db-shm && ./perla init --db c.db" \
	./perla order import orders.csv --db book.db -- ./perla order import orders.csv --db c.db
row "1,000 new orders / shell's .import" "$pairs" 1 "$copy" "$raw_copy" \
	./perla order import new.csv --db a.db -- sqlite3 b.db '.read import-new.sql'
row "report rfm / shell's aggregate and three NTILEs" "$pairs" 1 "" "" \
	./perla report rfm --db book.db -- sqlite3 raw.db '.read rfm.sql'
row "report cohort / shell's aggregate by month" "$pairs" 1 "" "" \
	./perla report cohort --db book.db -- sqlite3 raw.db '.read cohort.sql'
row "report basket / shell's join of lines with lines" "$pairs" 1 "" "" \
	./perla report basket --min-support 0.001 --min-confidence 0 --db lines-book.db -- sqlite3 lines.db '.read basket.sql'
row "order export / shell's export of the same columns" "$long" 1 "" "" \
	./perla order export --db book.db -- sqlite3 book.db '.read export.sql'
row "customer show / shell opening the book and reading a row" "$pairs" "$times" "" "" \
	./perla customer show "$middle" --db book.db -- sqlite3 book.db 'SELECT * FROM v_customers WHERE id = 50'
row "customer search / shell's scan of names" "$pairs" "$times" "" "" \
	./perla customer search "$some" --db book.db -- sqlite3 book.db "SELECT id, ref, name FROM customers WHERE name LIKE '%$some%'"
row "--help / shell's -version" "$pairs" "$times" "" "" ./perla --help -- sqlite3 -version
row "growth of import: all / a tenth of the orders" "$long" 1 "$again" "rm -f b.db b.db-wal b.db-shm && ./perla init --db b.db" \
	./perla order import orders.csv --db a.db -- ./perla order import orders-10.csv --db b.db
row "growth of import: a tenth / a hundredth" "$pairs" 1 "$again" "rm -f b.db b.db-wal b.db-shm && ./perla init --db b.db" \
	./perla order import orders-10.csv --db a.db -- ./perla order import orders-100.csv --db b.db
row "growth of report rfm: all / a tenth" "$pairs" 1 "" "" \
	./perla report rfm --db book.db -- ./perla report rfm --db book-10.db
row "growth of report rfm: a tenth / a hundredth" "$pairs" 5 "" "" \
	./perla report rfm --db book-10.db -- ./perla report rfm --db book-100.db
row "growth of order export: all / a tenth" "$long" 1 "" "" \
	./perla order export --db book.db -- ./perla order export --db book-10.db
