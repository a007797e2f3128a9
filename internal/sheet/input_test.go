package sheet

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func TestOpenInputUnreadable(t *testing.T) {
	folder := t.TempDir()
	for name, want := range map[string]string{folder: "this is a folder, not a CSV file", filepath.Join(folder, "none.csv"): "cannot be opened: no such file"} {
		_, err := OpenInput(name, nil, InputOptions{})
		require.Equal(t, fault.IO, fault.KindOf(err))
		require.ErrorContains(t, err, want)
	}
	_, err := OpenInput("-", iotest.ErrReader(errors.New("broken pipe")), InputOptions{})
	require.Equal(t, fault.IO, fault.KindOf(err))
	require.ErrorContains(t, err, "stdin: cannot be copied to a temporary file: broken pipe")
}

func TestOpenInputSpoolsPrivately(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	in := input(t, "a,b\n1,2\n", InputOptions{})
	info, err := in.file.Stat()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err := os.ReadDir(os.TempDir())
	require.NoError(t, err)
	if in.spool == "" {
		require.Empty(t, left)
	}
	require.Equal(t, []string{"2: 1|2"}, rawRows(t, in))
	require.NoError(t, in.Close())
	require.NoError(t, in.Close())

	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "gone"))
	_, err = OpenInput("-", strings.NewReader("a\n"), InputOptions{})
	require.Equal(t, fault.IO, fault.KindOf(err))
	require.ErrorContains(t, err, "no temporary file to keep it in")
}

func TestOpenInputDevice(t *testing.T) {
	_, err := OpenInput(os.DevNull, nil, InputOptions{})
	require.Equal(t, fault.Rejected, fault.KindOf(err))
	require.ErrorContains(t, err, "the file is empty")
}

func TestOpenInputOptions(t *testing.T) {
	for want, o := range map[string]InputOptions{
		"--no-header needs the names of the columns": {NoHeader: true},
		"--columns names 3 columns, line 1 has 2":    {Columns: []string{"a", "b", "c"}},
		`--delimiter "xx" is no delimiter`:           {Delimiter: "xx"},
		`--decimal does not take "x"`:                {Decimal: "x"},
		`--date-format does not take "ydm"`:          {DateFormat: "ydm"},
	} {
		_, err := OpenInput("-", strings.NewReader("a,b\n1,2\n"), o)
		require.Equal(t, fault.Usage, fault.KindOf(err), want)
		require.ErrorContains(t, err, want)
	}
}

func TestPositionalColumns(t *testing.T) {
	const log = " 0004 19970101  2   29.33\r\n 0004 19970118  2   29.73\r\n"
	in := input(t, log, InputOptions{Delimiter: "space", NoHeader: true, Columns: []string{"customer", "date", "-", "total"}})
	require.Equal(t, []string{"0004 1997-01-01 29.33", "0004 1997-01-18 29.73"}, readSales(t, in))
	d, err := NewDecoder(in, saleColumns)
	require.NoError(t, err)
	require.Empty(t, d.Unknown())
	require.Equal(t, []string{"customer", "date", "total"}, d.Mapped())
	require.Equal(t, "stdin: UTF-8, fields separated by blanks", d.Notes()[0])

	in = input(t, "Who;When\nAna;2024-01-02\n", InputOptions{Columns: []string{"cliente", " fecha "}})
	require.Equal(t, []string{"Ana 2024-01-02 0.00"}, readSales(t, in))
}

func TestHeaderOnly(t *testing.T) {
	in := input(t, "customer,date", InputOptions{})
	d, err := NewDecoder(in, saleColumns)
	require.NoError(t, err)
	require.Zero(t, d.Records())
	for range d.Rows() {
		t.Fatal("a row from nothing")
	}
	require.NoError(t, d.Err())
}
