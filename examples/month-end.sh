#!/bin/sh
# The papers of a month for whoever keeps the accounts: the invoices as pages to print and as a list, what is still owed,
# what the stock is worth, and what was sold. It sells a little first, in a demo of its own, so that there is something to
# show.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
perla demo shop >summary.csv 2>talk.txt
PERLA_DB=$PWD/shop/perla.db
export PERLA_DB
perla config set seller_name "Alba y Mar" 2>>talk.txt
perla config set seller_address "Calle Mayor 12; 28013 Madrid" 2>>talk.txt

# What was promised goes out and gets its invoice: one order at a time, so that one that must wait stops nobody else.
perla order list --status confirmed -o ids >confirmed.ids
while read -r order; do
	if perla order ship "$order" -o ids >>shipped.ids 2>>talk.txt; then
		perla order invoice "$order" -o ids >>invoiced.ids 2>>talk.txt
	fi
done <confirmed.ids

# A client takes back a piece: money, stock and a credit note in one command.
first=$(head -1 shipped.ids)
item=$(perla order show "$first" --jq '.[0].product')
perla order return "$first" --item "${item}x1" -o ids >returned.ids 2>>talk.txt

mkdir papers
perla invoice list --period "this month" --out papers/invoices.csv
sed 1d papers/invoices.csv | cut -d, -f1 | while read -r number; do
	perla invoice show "$number" --out "papers/$number.html" 2>>talk.txt
done
perla report receivables --out papers/receivables.csv
perla report stock --out papers/stock.csv
perla report sales --period "this month" --by category --out papers/sales.csv

echo "invoices and credit notes: $(($(wc -l <papers/invoices.csv) - 1)), each with its page: $(($(find papers -name '*.html' | wc -l)))"
echo "the largest of what is owed"
perla report receivables --columns total,d0,d1_30,d31_60,name | sed 1d | sort -rn | head -3
echo "products the stock of which is not worth a known sum"
perla report stock --jq '[.[] | select(.value == null)] | length'
perla check --jq '[.[] | select(.result != "ok")] | length'

[ "$(find papers -name '*.html' | wc -l)" -eq $(($(wc -l <papers/invoices.csv) - 1)) ]
[ "$(perla invoice list --kind credit_note -o ids | wc -l)" -eq 1 ]
