// Package perla holds the schema of the book and is the map of the house.
//
// perla keeps a client book: one SQLite file of facts about people, goods and sales, and one program that adds facts and
// answers questions from them. The rooms, from the door down:
//
//	cmd/perla      the program: signals, streams, exit
//	internal/cli   commands by noun: flags to input, one transaction, output, exit codes
//	  sheet        nouns as rows: CSV and its kin, in and out; files of other programs
//	  render       the terminal and the page: tables, cards, bars, documents, colour, width
//	  config       settings of this machine: defaults < file < environment < flags
//	  insight      reports: RFM, sales
//	  sales        quotes, orders, returns, payments, invoices, promotions
//	  contacts     customers, what was said to them, tasks, cases, consent, duplicates, erasure
//	  catalog      products, prices, stock
//	  loyalty      points: rules, ledger, tiers, rewards
//	  book         the SQLite file: open, read, update, history, undo, backup, check
//	  money dates  amounts in minor units; civil days
//	  fault        the one error type
//
// A room imports only rooms below it; a test reads the imports and holds the picture true.
package perla

import _ "embed"

// Schema is the whole schema of a new book, in SQL: tables, indexes, triggers, views, application_id and user_version.
//
//go:embed schema.sql
var Schema string

// SchemaVersion is the user_version Schema sets: the version of the file format this program reads and writes.
const SchemaVersion = 6
