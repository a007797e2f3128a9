#!/bin/sh
# A morning with perla: what came in, who has a birthday, what runs out, who owes, whom to call, and the orders of last
# week's fair. It makes the demo in a folder of its own and throws it away at the end.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
perla demo shop >summary.csv 2>talk.txt
cd shop
PERLA_DB=$PWD/perla.db
export PERLA_DB

echo "== orders of the last three days"
perla order list --since -2d -o table --columns date,customer,channel,status,total

echo "== birthdays this month"
month=$(perla order list --sort -date --limit 1 --columns date | sed 1d | cut -d- -f2) # the demo ends today
perla customer list -o tsv --columns birthday,name,phone,preferred_channel |
	awk -F '\t' -v m="$month" '$1 ~ "-" m "-[0-9][0-9]$" { print substr($1, length($1) - 4) "  " $2 "  " ($3 ? $3 : "-") "  " $4 }' | sort

echo "== quotes nobody has answered"
perla order list --status quote -o table --columns date,customer,total,consultant

echo "== what is running out"
perla stock list --low -o table --columns sku,available,reorder_at,incoming

echo "== who has owed for longer than thirty days"
perla payment due --until -30d -o table --columns order_ref,name,days_overdue,amount

echo "== the best five clients"
perla report rfm --sort -monetary --columns name,last_order,frequency,monetary,segment | head -6

echo "== who was that? the one with the hotel"
perla customer search mirador -o card

echo "== what the fair brought"
perla order import pedidos-feria.csv
perla order list --channel feria -o table --columns ref,date,customer,total

[ "$(perla order list --channel feria -o ids | wc -l)" -eq 8 ]
