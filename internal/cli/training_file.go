package cli

import (
	"iter"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func trainingExport(a *app) *cobra.Command {
	var attendance bool
	cmd := rowsOf(rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write courses, or who has been, as a file that training import reads",
		Long: `Write courses as a file that training import reads; or with --attendance which
consultants have been at which sessions. What else is known of sessions goes
with perla event export.`,
		Example: `perla training export --out courses.csv
perla training export --attendance --out attendance.csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				if attendance {
					list, err := network.Attendance(v, day)
					if err != nil {
						return err
					}
					return emitSlice(a, sheet.AttendanceRows, list)
				}
				list, err := network.Courses(v, day)
				if err != nil {
					return err
				}
				rows := make([]network.CourseRow, len(list))
				for i, c := range list {
					rows[i] = network.CourseRow{Code: c.Code, Name: c.Name, Notes: c.Notes}
				}
				return emitSlice(a, sheet.CourseRows, rows)
			})
		},
	}, sheet.CourseRows), sheet.AttendanceRows)
	cmd.Flags().BoolVar(&attendance, "attendance", false, "who has been at which session")
	return cmd
}

func trainingImport(a *app) *cobra.Command {
	var o importFlags
	var attendance bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import courses, or with --attendance who has been, from a file",
		Long: `Import courses from a CSV file, or with --attendance which consultants were at
which sessions. Columns are known by their names in English, Spanish, Portuguese
and French, or by --map.

Columns:
  ` + wrap(columnNames(sheet.CourseRows), helpWidth-2) + `

Columns of attendance:
  ` + wrap(columnNames(sheet.AttendanceRows), helpWidth-2) + `

A row is the course with its code, or a consultant at a session; the same file
twice changes nothing. A session that is not there yet is made where its course
and the day it was held on are given, and needs no code. Courses and consultants
are there before. A bad row stops the whole import, unless --skip-bad leaves it
out.`,
		Example: `perla training import courses.csv
perla training import attendance.csv --attendance`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if attendance {
				n, err := attendanceIn(&o)
				if err != nil {
					return err
				}
				return runImport(a, cmd, &o, args[0], n)
			}
			n, err := coursesIn(&o)
			if err != nil {
				return err
			}
			return runImport(a, cmd, &o, args[0], n)
		},
	}, sheet.Imports))
	o.register(cmd)
	_ = cmd.Flags().MarkHidden("source") // a code is the same whoever writes the file
	cmd.Flags().BoolVar(&attendance, "attendance", false, "the file says who has been at which session")
	return cmd
}

// coursesIn is how courses are imported.
func coursesIn(o *importFlags) (importer[network.CourseRow], error) {
	never, err := neverColumns(o, sheet.CourseRows)
	options := network.TrainingImport{Mode: network.Mode(slices.Index(importModes, o.mode)), NeverName: slices.Contains(never, "name"), NeverNotes: slices.Contains(never, "notes")}
	return importer[network.CourseRow]{
		what: "training import", columns: sheet.CourseInput, key: "code",
		keyOf: func(r *network.CourseRow) string { return r.Code },
		stamp: func(r *network.CourseRow, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]network.CourseRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
			t, err := network.ImportCourses(tx, batches, options, rejecting(report))
			return importedRows(t), err
		},
	}, err
}

// attendanceIn is how an attendance file is imported.
func attendanceIn(o *importFlags) (importer[network.AttendanceRow], error) {
	never, err := neverColumns(o, sheet.AttendanceRows)
	options := network.TrainingImport{Mode: network.Mode(slices.Index(importModes, o.mode)), NeverDay: slices.Contains(never, "attended_on")}
	return importer[network.AttendanceRow]{
		what: "training import", columns: sheet.AttendanceRows, key: "session",
		keyOf: func(r *network.AttendanceRow) string { return r.Session },
		stamp: func(r *network.AttendanceRow, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]network.AttendanceRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
			t, err := network.ImportAttendance(tx, batches, options, rejecting(report))
			return importedRows(t), err
		},
	}, err
}

// rejecting reports what a room refuses as an import lists it.
func rejecting(report func(rejection)) func(network.Problem) {
	return func(p network.Problem) { report(rejection{line: p.Line, field: p.Field, reason: p.Reason}) }
}
