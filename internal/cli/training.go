package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func trainingCommand(a *app) *cobra.Command {
	cmd := noun("training", "Courses, who has been, and which levels ask for them",
		`perla training add SKIN "Skin care basics"
perla event add SKIN-1 "Skin care, autumn" --course SKIN --on 2026-11-10
perla training attend SKIN-1 eva ada`,
		trainingAdd(a), trainingList(a), trainingShow(a), trainingEdit(a), trainingRemove(a), trainingAttend(a), trainingRequired(a),
		trainingImport(a), trainingExport(a))
	cmd.Long = `A course is named by its code, by id:42, its name, or by the beginnings of the
words of these. Its sessions are events of the kind training: perla event add
--course makes one, perla event invite and register fill it. A level may ask for
a course: perla consultant set level.gold.course=SKIN.`
	return cmd
}

// courseFlags are the flags that change a course.
type courseFlags struct{ code, name, notes string }

// change is what the flags that were given make of a course.
func (o *courseFlags) change(cmd *cobra.Command) (ch network.CourseChange) {
	for name, to := range map[string]struct {
		field **string
		value *string
	}{"code": {&ch.Code, &o.code}, "name": {&ch.Name, &o.name}, "notes": {&ch.Notes, &o.notes}} {
		if cmd.Flags().Changed(name) {
			*to.field = to.value
		}
	}
	return ch
}

func trainingAdd(a *app) *cobra.Command {
	var o courseFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:     "add CODE [NAME]",
		Short:   "Add a course",
		Example: `perla training add SKIN "Skin care basics" --notes "two evenings"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ch := o.change(cmd)
			if ch.Code = &args[0]; len(args) > 1 {
				ch.Name = &args[1]
			}
			var c network.Course
			err := a.update(cmd.Context(), "training add", func(tx *book.Tx) (err error) {
				c, err = network.AddCourse(tx, ch)
				return err
			})
			if err != nil {
				return err
			}
			return emitAdded(a, sheet.Courses, c, c.ID)
		},
	}, sheet.Courses))
	cmd.Flags().StringVar(&o.notes, "notes", "", "anything else: `TEXT`")
	return cmd
}

func trainingList(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List courses, the levels that ask for them, and how many have been",
		Example: `perla training list
perla training list --as-of 2026-06-30 -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				list, err := network.Courses(v, day)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Courses, list)
			})
		},
	}, sheet.Courses)
}

func trainingShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "show COURSE",
		Short: "Show a course",
		Example: `perla training add SKIN "Skin care basics"
perla training show skin`,
		ValidArgsFunction: a.completeFrom(courseCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				c, err := network.FindCourse(v, args[0], day)
				if err != nil {
					return err
				}
				return emitWhole(a, c.Name, sheet.Courses, c, "name")
			})
		},
	}, sheet.Courses)
}

// courseWriting completes a command that changes the course it names, and prints it.
func courseWriting(a *app, cmd *cobra.Command, change func(*book.Tx, int64) (network.Course, error)) *cobra.Command {
	verb, _, _ := strings.Cut(cmd.Use, " ")
	cmd.ValidArgsFunction = a.completeFrom(courseCodes)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var c network.Course
		err := a.view(cmd.Context(), func(v *book.View) (err error) {
			c, err = network.FindCourse(v, args[0], v.Today())
			return err
		})
		if err != nil {
			return err
		}
		err = a.update(cmd.Context(), operationOnIDs("training "+verb, []int64{c.ID}), func(tx *book.Tx) (err error) {
			c, err = change(tx, c.ID)
			return err
		})
		if err != nil {
			return err
		}
		return emitOne(a, sheet.Courses, c)
	}
	return a.writing(rowsOf(cmd, sheet.Courses))
}

func trainingEdit(a *app) *cobra.Command {
	var o courseFlags
	cmd := &cobra.Command{
		Use:   "edit COURSE",
		Short: "Change a course",
		Example: `perla training add SKIN "Skin care basics"
perla training edit SKIN --name "Skin care, first part"`,
	}
	courseWriting(a, cmd, func(tx *book.Tx, id int64) (network.Course, error) {
		ch := o.change(cmd)
		if ch == (network.CourseChange{}) {
			return network.Course{}, usage(cmd, "nothing to change: name a field, such as --name Basics")
		}
		return network.EditCourse(tx, id, ch)
	})
	f := cmd.Flags()
	f.StringVar(&o.code, "code", "", "what it is called by: `CODE`")
	f.StringVar(&o.name, "name", "", "its name: `TEXT`")
	f.StringVar(&o.notes, "notes", "", "anything else: `TEXT`; empty for nothing")
	return cmd
}

func trainingRemove(a *app) *cobra.Command {
	return courseWriting(a, &cobra.Command{
		Use:   "remove COURSE",
		Short: "Remove a course that has no sessions and that no level asked for",
		Example: `perla training add SKIN
perla training remove SKIN`,
	}, network.RemoveCourse)
}

func trainingAttend(a *app) *cobra.Command {
	o := guestFlags{consultants: true, walkIn: true}
	h := attendMove
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "attend SESSION PEOPLE...",
		Short: "Write down which consultants were at a session",
		Long: `Write down which consultants were at a session, an event of the kind training,
whether they were asked or not. From its day on it counts for the levels that
ask for the course. With - refs are read from standard input, a line each.`,
		Example: `perla training add SKIN
perla event add SKIN-1 --course SKIN --on 2026-11-10
perla training attend SKIN-1 eva
perla consultant list -o ids | perla training attend SKIN-1 -`,
		ValidArgsFunction: a.completeGuests(&o),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := a.eventNamed(cmd, args[0])
			if err != nil {
				return err
			}
			if e.Course == 0 {
				return &fault.Error{Kind: fault.Usage, Noun: "event", Key: e.Code, Reason: "is no session of a course but a " + e.Kind, Hint: "say who came with: perla event attend"}
			}
			return a.moveGuests(cmd, e, h, &o, args[1:])
		},
	}, sheet.Guests(0)))
	cmd.Flags().StringVar(&o.on, "on", "", h.on)
	return cmd
}

func trainingRequired(a *app) *cobra.Command {
	var missing bool
	cmd := rowsOf(&cobra.Command{
		Use:   "required LEVEL",
		Short: "Say who has been at the course that a level asks for",
		Long: `Say of each consultant who has not left when she was first at the course that a
level asks for, as known today or on --as-of; empty for never. What a level asks
for is one of the terms: perla consultant set level.gold.course=SKIN.`,
		Example: `perla training add SKIN && perla consultant level --defaults
perla consultant set level.gold.course=SKIN
perla training required gold
perla training required gold --missing --columns ref,name`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				list, err := network.TrainedFor(v, args[0], day)
				if err != nil {
					return err
				}
				shown := list[:0]
				for _, t := range list {
					if !missing || t.AttendedOn.IsZero() {
						shown = append(shown, t)
					}
				}
				return emitSlice(a, sheet.Trained, shown)
			})
		},
	}, sheet.Trained)
	cmd.Flags().BoolVar(&missing, "missing", false, "only those who have not been")
	return cmd
}

// courseCodes completes the code of a course.
func courseCodes(v *book.View, typed string) (words []cobra.Completion, err error) {
	list, err := network.Courses(v, v.Today())
	for _, c := range list {
		if strings.HasPrefix(c.Code, typed) && len(words) < completed {
			words = append(words, cobra.CompletionWithDesc(c.Code, c.Name))
		}
	}
	return words, err
}
