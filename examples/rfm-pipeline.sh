#!/bin/sh
# From a book to a call list with the tools every Unix has. perla prints CSV into a pipe: locale-free, one header line,
# never cut. Here sort, join and awk do the rest.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
LC_ALL=C
export LC_ALL

perla demo shop --out summary.csv 2>talk.txt
PERLA_DB=$PWD/shop/perla.db
export PERLA_DB

echo "revenue of the two best segments, in per cent of all"
awk -F, 'NR > 1 { all += $5 } $1 == "champions" || $1 == "loyal" { best += $5 } END { printf "%d\n", 100 * best / all }' summary.csv

echo "customers by recency (rows) and frequency (columns)"
perla report rfm --columns r,f |
	awk -F, 'NR > 1 && $1 { n[$1, $2]++ } END { for (r = 5; r >= 1; r--) { for (f = 1; f <= 5; f++) printf "%4d", n[r, f]; print "" } }'

# Who used to buy much and has stopped, the most valuable first, with a number to call. Without commas in the columns
# that are asked for, a tab-separated file needs no CSV parser.
perla report rfm -o tsv --columns customer_id,segment,monetary,last_order |
	awk -F '\t' '$2 == "cant_lose" || $2 == "at_risk"' | sort -t "$(printf '\t')" -k 1,1 >sleepers.tsv
perla customer list -o tsv --columns id,name,phone,email |
	sed 1d | sort -t "$(printf '\t')" -k 1,1 >people.tsv
join -t "$(printf '\t')" sleepers.tsv people.tsv | sort -t "$(printf '\t')" -k 3,3 -rn >calls.tsv

echo "to call today"
head -5 calls.tsv | awk -F '\t' '{ printf "%s  last order %s, %s in all, %s\n", $5, $4, $3, $6 ? $6 : $7 }'

# JSON, for those who have a filter at hand: perla has one built in.
echo "how many moved into cant_lose within the last half year"
perla report rfm --compare-to -6m --jq '[.[] | select(.to == "cant_lose" and .from != "cant_lose") | .customers] | add'

[ "$(wc -l <calls.tsv)" -gt 20 ]
