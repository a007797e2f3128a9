package cli

import (
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

// typedRow is one row of a query somebody typed.
type typedRow []any

// mostRows is how many rows perla sql prints unless it is told another limit.
const mostRows = 1_000_000

// longestQuery is how many bytes of standard input perla sql reads.
const longestQuery = 1 << 20

func sqlCommand(a *app) *cobra.Command {
	var o struct {
		limit   int
		timeout time.Duration
	}
	cmd := rowsOf(&cobra.Command{
		Use:   "sql QUERY|-",
		Short: "Ask the book in SQL, for reading only",
		Long: `Run one SELECT and print its rows. Nothing can be written: the file is opened
for reading, and every part of the query that does anything else is refused.

The views v_customers, v_orders, v_order_lines, v_products, v_consultants and
v_campaigns stay as they are from one perla to the next. Money is in minor units
(cents); days are text, 2026-11-22. With - the query is read from standard
input. BLOBs are printed in hexadecimal.`,
		Example: `perla sql "SELECT name FROM sqlite_schema WHERE type = 'view'"
perla sql "SELECT channel, count(*), sum(net) FROM v_orders GROUP BY channel"
echo "SELECT count(*) AS customers FROM v_customers" | perla sql - -o json
perla sql "SELECT * FROM v_orders ORDER BY ordered_on DESC" --limit 5`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.limit < 0 || o.timeout < 0 {
				return usage(cmd, "--limit and --timeout are not negative; 0 is no limit")
			}
			query, err := a.query(args[0])
			if err != nil {
				return err
			}
			b, err := a.book(cmd.Context())
			if err != nil {
				return err
			}
			more, err := b.AdHoc(cmd.Context(), query, book.AdHocLimits{Time: o.timeout, Rows: o.limit}, func(names []string, rows iter.Seq2[[]any, error]) error {
				return emit(a, typedColumns(names), func(yield func(typedRow, error) bool) {
					for row, err := range rows {
						if !yield(row, err) {
							return
						}
					}
				})
			})
			switch {
			case err != nil:
				return err
			case more && !cmd.Flags().Changed("limit"):
				return fault.New(fault.Rejected, fmt.Sprintf("the query has more than %d rows; only those were printed", o.limit), "narrow it, or print them all with --limit 0")
			case more:
				a.note("there are more rows than the %d printed", o.limit)
			}
			return nil
		},
	}, []sheet.Column[typedRow]{})
	cmd.Flags().IntVar(&o.limit, "limit", mostRows, "print `N` rows at most, 0 for all")
	cmd.Flags().DurationVar(&o.timeout, "timeout", 30*time.Second, "stop a query that takes longer than `TIME`, 0 for none")
	return cmd
}

// query is what was typed, or what standard input says for "-".
func (a *app) query(word string) (string, error) {
	if word != "-" {
		return word, nil
	}
	in, err := a.stdin(word)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	n, err := io.Copy(&text, io.LimitReader(in, longestQuery+1))
	if err != nil {
		return "", &fault.Error{Kind: fault.IO, Noun: "standard input", Err: cause(err)}
	}
	if n > longestQuery {
		return "", fault.New(fault.Usage, fmt.Sprintf("the query on standard input is longer than %d bytes", longestQuery), "pipe in SQL, not data")
	}
	return text.String(), nil
}

// typedColumns are the columns of a query, each with the kind of value it has in each row.
func typedColumns(names []string) []sheet.Column[typedRow] {
	columns := make([]sheet.Column[typedRow], len(names))
	for i, name := range names {
		columns[i] = sheet.Column[typedRow]{Name: name, Get: func(r *typedRow) sheet.Value { return typedValue((*r)[i]) }}
	}
	return columns
}

func typedValue(v any) sheet.Value {
	switch v := v.(type) {
	case int64:
		return sheet.Int(v)
	case float64:
		return sheet.Number(v)
	case string:
		return sheet.Text(strings.Clone(v)) // tables keep it longer than SQLite does
	case []byte:
		return sheet.Text(hex.EncodeToString(v))
	}
	return sheet.Value{}
}
