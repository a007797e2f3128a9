//go:build unix

// Command pair compares what two programs cost. It runs them in turn, A B A B ..., reads from the kernel how much processor time
// (user and system) and memory each took, and prints the median over the pairs of A's figure divided by B's as one row of
// a Markdown table.
//
//	pair -label "what it is" -pairs 5 A arguments -- B arguments
//
// Standard output of both is read and thrown away, as through a pipe. What -prepare-a and -prepare-b name is run by sh
// before each run and not counted. With -times, each half of a pair is that many runs. Times depend on the machine and on
// what else it does; ratios of neighbours much less.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// side is one of the two programs.
type side struct {
	command []string
	prepare string
}

// cost is what the runs of one half of a pair took: processor and wall time on average, memory at most.
type cost struct {
	cpu, wall time.Duration
	peak      int64 // bytes
}

func main() {
	label := flag.String("label", "", "the first cell of the row")
	pairs := flag.Int("pairs", 5, "how many pairs")
	times := flag.Int("times", 1, "how many runs in each half of a pair")
	head := flag.Bool("head", false, "print the head of the table and do nothing else")
	var a, b side
	flag.StringVar(&a.prepare, "prepare-a", "", "a shell command before each run of A")
	flag.StringVar(&b.prepare, "prepare-b", "", "a shell command before each run of B")
	flag.Parse()
	if *head {
		fmt.Println("| job | CPU, A / B | lowest to highest | A: CPU s | A: wall s | A: peak MB | B: peak MB |")
		fmt.Println("|---|--:|:-:|--:|--:|--:|--:|")
		return
	}
	between := slices.Index(flag.Args(), "--")
	if between < 1 || between == flag.NArg()-1 || *pairs < 1 || *times < 1 {
		fmt.Fprintln(os.Stderr, "usage: pair [flags] A arguments -- B arguments")
		flag.PrintDefaults()
		os.Exit(2)
	}
	a.command, b.command = flag.Args()[:between], flag.Args()[between+1:]
	if err := compare(*label, a, b, *pairs, *times); err != nil {
		fmt.Fprintln(os.Stderr, "pair:", err)
		os.Exit(1)
	}
}

func compare(label string, a, b side, pairs, times int) error {
	var as, bs []cost
	for range pairs {
		for _, half := range []struct {
			side
			costs *[]cost
		}{{a, &as}, {b, &bs}} {
			c, err := half.run(times)
			if err != nil {
				return err
			}
			*half.costs = append(*half.costs, c)
		}
	}
	ratios := make([]float64, pairs)
	for i := range ratios {
		ratios[i] = as[i].cpu.Seconds() / bs[i].cpu.Seconds()
	}
	cpu := func(c cost) time.Duration { return c.cpu }
	wall := func(c cost) time.Duration { return c.wall }
	peak := func(c cost) int64 { return c.peak }
	fmt.Printf("| %s | %.2f | %.2f to %.2f | %.3f | %.3f | %.0f | %.0f |\n", label, median(ratios), slices.Min(ratios), slices.Max(ratios),
		medianOf(as, cpu).Seconds(), medianOf(as, wall).Seconds(), float64(medianOf(as, peak))/1e6, float64(medianOf(bs, peak))/1e6)
	return nil
}

// run is one half of a pair.
func (s side) run(times int) (total cost, err error) {
	for range times {
		if s.prepare != "" {
			out, err := exec.Command("sh", "-c", s.prepare).CombinedOutput()
			if err != nil {
				return total, fmt.Errorf("%s: %w\n%s", s.prepare, err, out)
			}
		}
		c, err := s.once()
		if err != nil {
			return total, err
		}
		total.cpu += c.cpu
		total.wall += c.wall
		total.peak = max(total.peak, c.peak)
	}
	total.cpu /= time.Duration(times)
	total.wall /= time.Duration(times)
	return total, nil
}

func (s side) once() (cost, error) {
	var talk strings.Builder
	cmd := exec.Command(s.command[0], s.command[1:]...)
	cmd.Stderr = &talk
	out, err := cmd.StdoutPipe()
	if err != nil {
		return cost{}, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{}, err
	}
	_, readErr := io.Copy(io.Discard, out)
	err = errors.Join(readErr, cmd.Wait())
	wall := time.Since(began)
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", strings.Join(s.command, " "), err, talk.String())
	}
	used := cmd.ProcessState
	c := cost{cpu: used.UserTime() + used.SystemTime(), wall: wall}
	if r, ok := used.SysUsage().(*syscall.Rusage); ok {
		c.peak = int64(r.Maxrss) //nolint:unconvert // 32 bits on some systems
		if runtime.GOOS != "darwin" && runtime.GOOS != "ios" {
			c.peak <<= 10 // the others count kilobytes
		}
	}
	return c, nil
}

func medianOf[T cmp.Ordered](costs []cost, figure func(cost) T) T {
	list := make([]T, len(costs))
	for i, c := range costs {
		list[i] = figure(c)
	}
	return median(list)
}

// median is the middle of a list; of an even number, the lower of the two.
func median[T cmp.Ordered](list []T) T {
	list = slices.Sorted(slices.Values(list))
	return list[(len(list)-1)/2]
}
