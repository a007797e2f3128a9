#!/bin/sh
# A nightly job that reads whatever orders a shop has exported: safe to run twice, honest about bad rows.
#
# It shows what a script can rely on: a file read again changes nothing; a bad row stops the whole file, unless bad rows
# are left out into a file of their own, which is imported once mended; the exit code says which of it happened.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
PERLA_DB=$PWD/shop.db
export PERLA_DB

# field NAME FILE prints one figure of an import's summary.
field() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } NR == 2 { print $at }' "$2"; }

# import FILE imports the good rows of a file and keeps the bad ones in rejects.csv.
import() {
	code=0
	perla order import "$1" --source shop --skip-bad --rejects rejects.csv >summary.csv 2>talk.txt || code=$?
	case $code in
	0) echo "$(basename "$1"): $(field created summary.csv) new, $(field updated summary.csv) changed, $(field unchanged summary.csv) known" ;;
	5) echo "$(basename "$1"): $(field created summary.csv) new, $(field rejected summary.csv) rows left out" ;;
	9) echo "$(basename "$1"): the book is busy, the next run will take it" ;;
	*)
		cat talk.txt >&2
		exit "$code"
		;;
	esac
}

perla init --currency EUR --country ES --timezone Europe/Madrid --locale en >where.csv

echo "the first night"
import "$here/data/orders.csv"
import "$here/data/orders-with-mistakes.csv"

echo "what was left out, and why"
awk -F, 'NR > 1 { print "  " $1 ": " $NF }' rejects.csv

echo "mended in the morning"
sed 's/2026-02-30/2026-02-28/; s/,two,/,2,/' rejects.csv >mended.csv
import mended.csv

echo "the same files again, the next night"
import "$here/data/orders.csv"
sed 's/2026-02-30/2026-02-28/; s/,two,/,2,/' "$here/data/orders-with-mistakes.csv" >mended.csv
import mended.csv

orders=$(perla order list -o ids | wc -l)
echo "orders in the book: $((orders))"
[ "$orders" -eq 10 ]
