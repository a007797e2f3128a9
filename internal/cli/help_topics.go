package cli

import (
	"fmt"
	"strings"
)

// topic is a help page that belongs to no command.
type topic struct{ name, text string }

// topics are the pages of perla help TOPIC, in the order of reading.
func topics() []topic {
	return []topic{
		{"dates", helpDates},
		{"numbers", helpNumbers},
		{"selectors", helpSelectors},
		{"today", helpToday},
		{"filters", helpFilters()},
		{"points", helpPoints},
		{"rfm", helpRFM},
		{"value", helpValue},
		{"churn", helpChurn},
		{"cohort", helpCohort},
		{"basket", helpBasket},
		{"clv", helpCLV},
		{"nps", helpNPS},
		{"templates", helpTemplates()},
		{"output", helpOutput},
		{"exit-codes", helpExitCodes()},
		{"environment", helpEnvironment},
		{"privacy", helpPrivacy},
		{"commissions", helpCommissions},
	}
}

func topicNames() []string {
	var names []string
	for _, t := range topics() {
		names = append(names, t.name)
	}
	return names
}

const helpDates = `How to write a day, a period or a stretch of time

  perla report rfm --as-of 2025-12-31          # a day
  perla report rfm --as-of 2025-Q4             # the last day of a period
  perla order list --since -30d                # from thirty days ago
  perla order list --since monday              # from the last Monday
  perla order list --since 2026-01 --until 2026-03
  perla order list --period "last month"
  perla order list --period 2026-02-10..2026-03-05

Days
  2026-11-22          year, month, day
  today  yesterday  tomorrow
  monday ... sunday   the latest such day, today counted
  -30d  +2w  -3m  -1y days, weeks, months, years before or after today

Periods
  2026   2026-Q4   2026-11   2026-W47 (ISO week, from Monday)
  this|last week|month|quarter|year     "last 30 days"
  A..B   A..   ..B    both ends belong to it; either may be left open

Where one day is wanted, a period means its first day for --since and its last
for --until, --as-of and --expires. 31 January and one month is 28 or 29
February. On the command line the year comes first; in a file it may come last.
The everyday words are read in Spanish, Portuguese and French too: hoy, ayer,
hoje, ontem, aujourd'hui, hier, lunes, segunda, lundi.

Today is the day in the book's time zone. PERLA_NOW=2026-11-22T09:00:00Z stops
the clock, so that an answer can be had again.
`

const helpNumbers = `How figures are read and printed

  perla order import sales.csv --decimal ,     # 1.234,56 means 1234.56
  perla order list -o csv                      # prints 1234.56

In files and for other programs a figure is 1234.56: a point, no thousands
marks, never an exponent. Money has the decimals of the book's currency (EUR 2,
JPY 0, TND 3); other figures have six significant digits; money and figures are
numbers in JSON. Tables and cards for people use the marks of the book's locale.

In an imported file each column has one decimal mark, found by reading the whole
column: "1.234,56" or "12,5" settle it. A column in which every figure fits both
readings ("1.234") is refused and nothing is written: say --decimal . or
--decimal , (or --decimal total=, for one column). Accepted are thousands marks
in threes (space, point, comma, apostrophe), a sign before or after, (12.50) for
a negative amount, and a currency before or after it.

Every sum is exact, in the smallest unit of the currency. A fraction of it is
rounded half to even, once.
`

const helpSelectors = `How to name a customer, and what else there is

  perla customer show 42                       # by id (also id:42)
  perla customer show ref:C-1007               # by the reference of your files
  perla customer show ana@example.com          # by e-mail
  perla customer show "+34 600 12 34 56"       # by phone, however it is written
  perla customer show "ana garcia"             # by name, or how its words begin

What has no id: or ref: before it is tried in this order, and the first that
fits counts: id, e-mail, phone, whole name, beginning of the words of the name.
Capitals and accents do not count: "ana garcia" finds Ana García, and so does
"ana gar". Where several customers may be named, - reads them from a pipe, a
line each.

perla never guesses. When more than one customer fits, it prints them to
standard error, nothing to standard output, and ends with exit code 4; when none
fits, with 3. Use the id from the list.

Interactions, tasks, cases and payments are named by their id, an order by its
id or reference, a product by its sku, id or name, an invoice by its number, an
operation by the number it has in perla history:

  perla case show 1
  perla task list -o ids | perla task snooze - +7d
`

const helpOutput = `What is printed, where, and in which form

  perla customer list -o json                  # for a program
  perla customer list --columns id,name,city   # some columns, in this order
  perla customer list --jq '.[].email'         # jq is built in
  perla report rfm --template '{{range .}}{{.name}} {{.segment}}{{"\n"}}{{end}}'
  perla customer list --out customers.csv      # to a file, whole or not at all
  perla customer list -o ids | wc -l

Rows go to standard output, talk to standard error. On a terminal rows are a
table, one row is a card; anywhere else they are CSV with a header. -o chooses:

  table card          for people: the book's marks, cut to fit the terminal
  csv tsv             one header, one row a line
  json jsonl          an array of objects; one object a line
  md                  a Markdown table
  ids                 the ids alone, one a line

All but the first two are the same on every machine: 1234.56, 2026-11-22, LF.
An empty list is a header, or [], and exit code 0. perla config set output json
makes a format the rule. --out takes the form from the file's name (.csv .tsv
.json .jsonl .md) unless -o is given.

With JSON the messages on standard error are JSON too, one object a line; an
error is {"error": {"kind", "exit", "message", "hint", ...}}.

Colour: --color, else PERLA_COLOR or the setting, else off if NO_COLOR is set,
on if CLICOLOR_FORCE is set, else on where a terminal shows it.
`

const helpEnvironment = `Variables that perla reads

  PERLA_DB=shop.db perla customer list
  PERLA_NOW=2026-01-01T00:00:00Z perla report rfm

PERLA_DB         the book's file; --db goes before it
PERLA_OUTPUT     the output format, as -o takes it
PERLA_COLOR      auto, always or never
PERLA_NOW        the instant that counts as now, RFC 3339
PERLA_SMTP_HOST  and the like: each setting of perla config list, in capitals
PERLA_SMTP_PASSWORD
                 the password of the mail server, which is no setting
XDG_DATA_HOME    where the default book lies: perla/perla.db under it
                 (else ~/.local/share)
XDG_CONFIG_HOME  where the config file lies: perla/config.toml under it
                 (else ~/.config)
NO_COLOR         when set: no colour
CLICOLOR_FORCE   when set and not 0: colour, on a terminal or not
TERM             dumb means no colour
COLUMNS          the width of tables, when the terminal does not tell

A flag goes before a variable, a variable before the config file. perla config
list shows every setting and where its value comes from; perla where shows
which book is meant.
`

const helpPrivacy = `Where the facts about people are kept, who can read them, and how they go

  perla where                               # the one file that holds them
  perla customer export-data ana            # all that is known of her, for her
  perla customer erase ana --dry-run        # what would go
  perla customer erase ana --yes            # her right to be forgotten

Everything perla knows is in one file on this machine. perla sends nothing
anywhere by itself: no telemetry, no check for updates, no account.

The book, its backups, files written with --out and the config file are made
readable by their owner alone. What is deleted from the book is overwritten in
the file. The file is not encrypted: keep it on an encrypted disk, and copies of
it too.

Each change is kept in the history with the row as it was before, so that it can
be undone: what was changed or deleted is still in the book, until the customer
is erased. The history names the command and the ids it touched, never the
values typed.

Erasing
  takes a customer's personal data from every table, the search index, the
  history, the write-ahead log, and the backups that stand beside the book or
  are named with --backups. Her row stays without a name, and with it orders,
  payments and points, so that every total is as it was. It is for good: neither
  the erasure can be undone nor what was done before with rows that held her.

  Then every byte of these files is read for her name in any order, her e-mails
  and the digits of her phones: "verified: 0 traces". Rows of others in which
  they stand - a namesake, a shared phone, a note - are listed and left alone.

  Out of reach are files it wrote elsewhere (exports, --out, rejects), copies
  you made yourself, and what a disk keeps of files that were deleted. Importing
  an old file brings her back as a new customer.

A backup of before brings back who was erased since: erase again after perla
restore.

Text from the data never commands the terminal: control characters are shown,
not sent.
`

// helpExitCodes is written from the table that decides the codes.
func helpExitCodes() string {
	var b strings.Builder
	b.WriteString(`What a script learns from the exit code

  perla customer show nobody; echo $?          # 3
  perla customer list --db missing.db; echo $? # 8

  0  done; an empty list too
`)
	for _, o := range outcomes {
		fmt.Fprintf(&b, "%3d  %s\n", o.code, o.meaning)
	}
	b.WriteString(`
A command that fails has written nothing to the book, but for one that could not
print its answer and says that the change was made: a disk is full, or a filter
fails on the rows. The message is on standard error, and so is what mends it.
`)
	return b.String()
}
