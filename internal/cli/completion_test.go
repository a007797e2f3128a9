package cli

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// update rewrites what tests compare with: the completions, and the expectations of scripts.
//
//	go test ./internal/cli -run Completions -update
var update = flag.Bool("update", false, "rewrite the files that tests compare with")

// TestCompletions holds the scripts in the folder completions equal to what perla prints.
func TestCompletions(t *testing.T) {
	for _, s := range shells {
		code, out, talk := runPerla(t, nil, "completion", s.name)
		require.Zero(t, code)
		require.Empty(t, talk)
		path := filepath.Join("..", "..", "completions", "perla."+s.name)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(out), 0o644))
		}
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, bytes.Equal([]byte(out), kept), "%s is stale: go test ./internal/cli -run Completions -update", path)
	}
}

func TestCompletionOfWords(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"completion", ""}, []string{"bash", "fish", "powershell", "zsh"}},
		{[]string{"config", "get", "c"}, []string{"color"}},
		{[]string{"where", "--color", ""}, []string{"auto", "always", "never"}},
		{[]string{"where", "--columns", "path,e"}, []string{"path,exists"}},
		{[]string{"help", "d"}, []string{"dates"}},
	} {
		_, out, _ := runPerla(t, nil, append([]string{"__complete"}, c.args...)...)
		for _, word := range c.want {
			require.Contains(t, "\n"+out, "\n"+word+"\n", c.args)
		}
	}
}
