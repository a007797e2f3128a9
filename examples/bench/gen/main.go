// Command gen writes orders as a shop might export them, on standard output: CSV with the columns ref, customer, date, total and
// channel. The same flags always give the same bytes.
//
//	go run ./examples/bench/gen -orders 1000000 -customers 100000 > orders.csv
//
// The orders stand in the order of their days, over three years that end on 2025-12-31; refs ascend. A few customers buy
// much and many buy little, totals lie mostly between 10 and 150, and one order in a hundred takes money back. With -lines
// the orders have four lines each, on average, of 500 products, a few of which are bought much.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"time"
)

const days = 1096 // from the first of January 2023 to the end of 2025

var channels = [...]string{"online", "online", "online", "direct", "direct", "boutique", "whatsapp", "phone"}

func main() {
	orders := flag.Int("orders", 1_000_000, "how many orders")
	customers := flag.Int("customers", 100_000, "of how many customers")
	after := flag.Int("after", 0, "how many orders came before these: refs go on from there, and the days are the last ones")
	lined := flag.Bool("lines", false, "orders with lines: product, quantity and unit_price in place of total and channel")
	flag.Parse()
	if *orders < 0 || *after < 0 || *customers < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	if *lined {
		writeLines(out, *orders, *customers)
	} else {
		write(out, *orders, *customers, *after)
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write writes the file; what cannot be written shows when it is flushed.
func write(out *bufio.Writer, orders, customers, after int) {
	r := rand.New(rand.NewPCG(2025, uint64(after)))
	first := time.Date(2023, time.January, 1, 0, 0, 0, 0, time.UTC)
	_, _ = out.WriteString("ref,customer,date,total,channel\n")
	var line []byte
	for i := range orders {
		day := days - 1
		if after == 0 {
			day = i * days / orders
		}
		x := r.Float64()
		customer := int(x * x * float64(customers)) // the square: low numbers buy more often
		cents := int64(math.Exp(r.NormFloat64()*0.8+3.7) * 100)
		if r.IntN(100) == 0 {
			cents = -cents
		}
		line = fmt.Appendf(line[:0], "O%08d,C%06d,", after+i+1, customer+1)
		line = first.AddDate(0, 0, day).AppendFormat(line, time.DateOnly)
		line = append(line, ',')
		if cents < 0 {
			line, cents = append(line, '-'), -cents
		}
		line = strconv.AppendInt(line, cents/100, 10)
		line = append(line, '.', byte('0'+cents/10%10), byte('0'+cents%10), ',')
		line = append(append(line, channels[r.IntN(len(channels))]...), '\n')
		_, _ = out.Write(line)
	}
}

// writeLines writes a file of orders with one to seven lines each.
func writeLines(out *bufio.Writer, orders, customers int) {
	r := rand.New(rand.NewPCG(2025, 7))
	first := time.Date(2023, time.January, 1, 0, 0, 0, 0, time.UTC)
	_, _ = out.WriteString("ref,customer,date,product,quantity,unit_price\n")
	for i := range orders {
		x := r.Float64()
		day := first.AddDate(0, 0, i*days/orders).Format(time.DateOnly)
		customer := int(x * x * float64(customers))
		for range 1 + r.IntN(7) {
			y := r.Float64()
			product := int(y * y * 500)
			_, _ = fmt.Fprintf(out, "L%08d,C%06d,%s,P%03d,%d,%d.90\n", i+1, customer+1, day, product+1, 1+r.IntN(3), 5+product%40)
		}
	}
}
