package sheet

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

func cpu() float64 {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return float64(r.Utime.Sec+r.Stime.Sec) + float64(r.Utime.Usec+r.Stime.Usec)/1e6
}
func TestZZ(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	name := "/tmp/m1.csv"
	if _, err := os.Stat(name); err != nil {
		os.WriteFile(name, manySales(1000000), 0o600)
	}
	for range 10 {
		runtime.GC()
		c0, w0 := cpu(), time.Now()
		in, err := OpenInput(name, nil, InputOptions{Setting: euros, Key: "ref"})
		if err != nil {
			t.Fatal(err)
		}
		c1 := cpu()
		d, err := NewDecoder(in, saleColumns)
		if err != nil {
			t.Fatal(err)
		}
		c2 := cpu()
		n := 0
		for row := range d.Rows() {
			n += len(row.Faults) + 1
		}
		c3 := cpu()
		fmt.Printf("open %.3f pass1 %.3f pass2 %.3f total cpu %.3f wall %.3f n %d %v\n", c1-c0, c2-c1, c3-c2, c3-c0, time.Since(w0).Seconds(), n, d.Notes())
		in.Close()
	}
}
