//go:build unix

package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// TestExamples runs each line of the examples of every command, in order, in a folder of their own with a book in it.
// They are shell, so that what a reader copies is what was tested.
func TestExamples(t *testing.T) {
	prepared := preparedFolder(t)
	eachCommand(t, func(t *testing.T, cmd *cobra.Command, _ []string) {
		runExamples(t, prepared, cmd.CommandPath(), strings.Split(cmd.Example, "\n"))
	})
}

var topicExample = regexp.MustCompile(`^  ([A-Z_]+=\S+ )?perla `)

// TestTopicExamples does the same for the examples at the head of each help topic.
func TestTopicExamples(t *testing.T) {
	prepared := preparedFolder(t)
	for _, topic := range topics() {
		t.Run(topic.name, func(t *testing.T) {
			var lines []string
			for _, line := range strings.Split(topic.text, "\n") {
				if topicExample.MatchString(line) {
					lines = append(lines, strings.TrimSpace(line))
				}
			}
			require.NotEmpty(t, lines, "a topic begins with examples")
			runExamples(t, prepared, topic.name, lines)
		})
	}
}

// runExamples runs the examples of a command or a topic in a folder that is prepared as they need it, as a rule a copy of
// prepared.
func runExamples(t *testing.T, prepared, name string, lines []string) {
	t.Parallel()
	dir := t.TempDir()
	home := filepath.Join(dir, ".home")
	switch name {
	case "perla", "perla init", "perla customer", "perla customer add", "perla product", "perla product add":
		require.NoError(t, os.Mkdir(home, 0o700))
	default:
		copied, err := exec.Command("cp", "-Rp", prepared+"/.", dir).CombinedOutput()
		require.NoError(t, err, "%s", copied)
	}
	switch name {
	case "perla": // begins where there is no book yet, as init does
		require.NoError(t, os.WriteFile(filepath.Join(dir, "orders.csv"), []byte("customer,date,total\nAna,2026-11-02,120.50\n"), 0o600))
	case "perla customer", "perla customer add", "perla product", "perla product add": // these make Ana, or Serum, themselves
		inHome(t, dir, home, "init")
	case "perla invoice", "perla invoice show":
		inHome(t, dir, home, "order", "add", "ana", "AB-100", "--ref", "S-1")
		inHome(t, dir, home, "order", "invoice", "S-1")
	}
	for _, line := range lines {
		run := exec.Command("sh", "-c", line)
		run.Dir, run.Env = dir, append(os.Environ(), homeVars(home)...)
		out, err := run.CombinedOutput()
		require.NoError(t, err, "%s\n%s", line, out)
	}
}

// preparedFolder is a folder as prepareBook makes it, which is made once and copied for each command.
func preparedFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	home := filepath.Join(dir, ".home")
	require.NoError(t, os.Mkdir(home, 0o700))
	prepareBook(t, dir, home)
	return dir
}

// prepareBook puts into a folder the files the examples speak of, and makes a book of 42 customers and their orders the
// default one of home. Among the customers is Ana, known by each of the ways a selector takes.
func prepareBook(t *testing.T, dir, home string) {
	t.Helper()
	people := "ref,name,email,phone,city,tags\nC-1007,Ana García,ana@example.com,+34 600 123 456,Madrid,vip\n" +
		"C-1008,Luis Pérez,luis@example.com,600 111 222,Lyon,lead\nC-1009,Acme SL,info@acme.example,,Madrid,\n"
	orders := "ref,customer,date,total,channel\n1,C-1007,2026-11-02,120.50,online\n2,C-1008,2025-06-15,80.00,direct\n3,C-1007,2026-10-20,45.90,online\n"
	for n := 4; n <= 42; n++ {
		people += fmt.Sprintf("C-%d,Client %d,client%d@example.com,,Lisboa,\n", 1006+n, n, n)
		orders += fmt.Sprintf("%d,C-%d,2026-%02d-%02d,%d.00,phone\n", n, 1006+n, n%10+1, n%28+1, n*3)
	}
	files := map[string]string{
		"people.csv":     people,
		"orders.csv":     orders,
		"export.csv":     "client_id,date,revenue\nC-1007,2026-11-20,12.50\n",
		"sales.csv":      "ref;customer;date;total\ns1;C-1007;2026-11-21;12,50\n",
		"customers.csv":  "ref,Contact,Town,notes\nN-1,Nora Vidal,Vigo,likes lavender\n",
		"contacts.vcf":   "BEGIN:VCARD\nVERSION:3.0\nFN:Nora Vidal\nTEL;TYPE=CELL:+34 600 700 800\nEND:VCARD\n",
		"products.csv":   "sku,Articulo,brand,category,price,cost,tags\nAB-100,Serum,Luz,care,24.90,9.10,old\nCR-30,Crema de día,Luz,care,12.00,4.50,\n",
		"payments.csv":   "ref,customer,date,amount,method\nB-1,C-1007,2026-11-03,20.00,card\n",
		"online.csv":     "ref,customer,date,product,quantity\nL-1,C-1007,2026-11-22,AB-100,2\n",
		"shop.csv":       "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Status\nsoap,Soap,Title,Default Title,SOAP,3.20,active\n",
		"balances.csv":   "ref,customer,points,earned_on,expires_on\nB-1,C-1007,120,2026-01-31,2027-01-31\n",
		"team.csv":       "ref,name,sponsor\nK-1,Eva Ruiz,\nK-2,Ada López,K-1\n",
		"courses.csv":    "code,name\nskin,Skin and its care\n",
		"attendance.csv": "course,held_on,consultant\nskin,2026-11-03,K-1\n",
		"events.csv":     "code,name,kind,held_on\nW-5,Brushes,workshop,2026-11-05\n",
		"guests.csv":     "event,customer,consultant,attended_on\nW-5,C-1007,,2026-11-05\nW-5,,K-1,2026-11-05\n",
		"answers.csv":    "customer,answered_on,score,comment\nC-1007,2026-11-20,9,\"so quick\"\nC-1008,2026-11-21,4,\n",
		"visits.csv":     "date,channel,source,visits\n2026-11-20,online,search,120\n2026-11-21,online,,80\n",
		"shipment.csv":   "product,quantity,unit_cost,lot,expires_on\nAB-100,24,9.05,L1,2028-03-31\nCR-30,12,4.50,,\n",
	}
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	for _, args := range [][]string{
		{"init", "--currency", "EUR", "--country", "ES", "--timezone", "Europe/Madrid"},
		{"customer", "import", "people.csv"},
		{"order", "import", "orders.csv"},
		{"case", "open", "ana", "the cream arrived broken", "--at", "-3d"},
		{"points", "adjust", "ana", "120", "--reason", "from the paper cards"},
		{"product", "import", "products.csv", "--map", "name=Articulo", "--from", "2020-01-01"},
		{"case", "open", "--consultant", "K-12", "asks for a new catalogue"},
		{"consultant", "import", "team.csv"},
		{"init", "--db", "shop.db", "--currency", "EUR"},
	} {
		inHome(t, dir, home, args...)
	}
}

func inHome(t *testing.T, dir, home string, args ...string) {
	t.Helper()
	run := exec.Command("perla", args...)
	run.Dir, run.Env = dir, append(os.Environ(), homeVars(home)...)
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%v\n%s", args, out)
}
