package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

var formats = []string{"table", "csv", "json"}

// source is a machine with a home folder, a configuration file (none when text is empty), variables and flags.
func source(t *testing.T, text string, vars, flags map[string]string) (Source, string) {
	t.Helper()
	home := t.TempDir()
	file := filepath.Join(home, ".config", "perla", "config.toml")
	if text != "" {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	return Source{Flags: flags, Formats: formats, Getenv: func(name string) string {
		if name == "HOME" {
			return home
		}
		return vars[name]
	}}, file
}

func TestEachLayerGoesBeforeTheOneBelow(t *testing.T) {
	const file = "color = 'never'\n"
	vars := map[string]string{"PERLA_COLOR": "always"}
	flags := map[string]string{"color": "auto"}
	for _, c := range []struct {
		text        string
		vars, flags map[string]string
		value       string
		origin      Origin
		why         string
	}{
		{"", nil, nil, "auto", Default, "default"},
		{file, nil, nil, "never", File, "config file "},
		{file, vars, nil, "always", Environment, "PERLA_COLOR"},
		{file, vars, flags, "auto", Flag, "--color"},
		{"", map[string]string{"PERLA_COLOR": ""}, nil, "auto", Default, "default"},
	} {
		s, _ := source(t, c.text, c.vars, c.flags)
		got, err := Load(s)
		require.NoError(t, err)
		require.Equal(t, c.value, got.Color)
		item, err := got.Get("color")
		require.NoError(t, err)
		require.Equal(t, c.origin, item.Origin)
		require.Contains(t, got.Why("color"), c.why)
	}
}

func TestWhereThingsLie(t *testing.T) {
	s, file := source(t, "", nil, nil)
	c, err := Load(s)
	require.NoError(t, err)
	home := s.Getenv("HOME")
	require.Equal(t, filepath.Join(home, ".local", "share", "perla", "perla.db"), c.DB)
	require.Equal(t, file, c.Path)

	s, _ = source(t, "", map[string]string{"XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "/conf"}, nil)
	c, err = Load(s)
	require.NoError(t, err)
	require.Equal(t, filepath.FromSlash("/data/perla/perla.db"), c.DB)
	require.Equal(t, filepath.FromSlash("/conf/perla/config.toml"), c.Path)

	s, file = source(t, "", map[string]string{"XDG_DATA_HOME": "relative"}, nil)
	c, err = Load(s)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(s.Getenv("HOME"), ".local", "share", "perla", "perla.db"), c.DB, "a relative base does not count")
	require.Equal(t, file, c.Path)

	_, err = Load(Source{Getenv: func(string) string { return "" }})
	require.Equal(t, fault.Usage, fault.KindOf(err))
	c, err = Load(Source{Getenv: func(string) string { return "" }, Flags: map[string]string{"db": "a.db"}, Formats: formats})
	require.NoError(t, err)
	require.Equal(t, "a.db", c.DB)
}

func TestBookNamesInTheFile(t *testing.T) {
	for text, want := range map[string]func(home, file string) string{
		"db = '~/shop.db'":    func(home, _ string) string { return filepath.Join(home, "shop.db") },
		"db = '/srv/shop.db'": func(_, _ string) string { return filepath.FromSlash("/srv/shop.db") },
		"db = 'shop.db'":      func(_, file string) string { return filepath.Join(filepath.Dir(file), "shop.db") },
	} {
		s, file := source(t, text, nil, nil)
		c, err := Load(s)
		require.NoError(t, err)
		require.Equal(t, want(s.Getenv("HOME"), file), c.DB)
	}
}

func TestWrongValuesSayWhereTheyStand(t *testing.T) {
	for _, c := range []struct {
		text string
		vars map[string]string
		want []string
	}{
		{"output = 'jsn'", nil, []string{"config.toml", `output: "jsn" is not one of auto, table, csv, json`}},
		{"", map[string]string{"PERLA_OUTPUT": "jsn"}, []string{"PERLA_OUTPUT", `"jsn" is not one of`}},
		{"color = ", nil, []string{"config.toml"}},
		{"color = true", nil, []string{"config.toml", "text in quotes"}},
		{"color = ''", nil, []string{"text in quotes"}},
	} {
		s, _ := source(t, c.text, c.vars, nil)
		_, err := Load(s)
		require.Equal(t, fault.Usage, fault.KindOf(err), "%v", err)
		for _, part := range c.want {
			require.ErrorContains(t, err, part)
		}
	}
	s, _ := source(t, "color = 'purple'", map[string]string{"PERLA_COLOR": "never"}, nil)
	_, err := Load(s)
	require.NoError(t, err, "a value that does not count is not looked at")
}

func TestUnknownKeys(t *testing.T) {
	s, _ := source(t, "colour = 'never'\nOutput = 'csv'\n[smtp]\nhost = 'x'\n", nil, nil)
	c, err := Load(s)
	require.NoError(t, err)
	require.Equal(t, []string{"colour", "smtp"}, c.Unknown())
	require.Equal(t, "csv", c.Output)
	_, err = c.Get("colr")
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "did you mean color?", e.Hint)
}

func TestSetKeepsTheRestOfTheFile(t *testing.T) {
	for name, c := range map[string]struct{ before, key, value, after string }{
		"no file":     {"", "color", "never", "color = 'never'\n"},
		"added":       {"# mine\ndb = '/a.db' # the shop\n", "color", "never", "# mine\ndb = '/a.db' # the shop\ncolor = 'never'\n"},
		"replaced":    {"# a\ncolor = \"auto\"\n# b\n", "color", "never", "# a\ncolor = 'never'\n# b\n"},
		"no newline":  {"db = '/a.db'", "color", "never", "db = '/a.db'\ncolor = 'never'\n"},
		"with tables": {"[smtp]\ncolor = 'x'\n", "color", "never", "color = 'never'\n[smtp]\ncolor = 'x'\n"},
		"quotes":      {"", "db", "/it's \"here\"\\.db", "db = \"/it's \\\"here\\\"\\\\.db\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s, file := source(t, c.before, nil, nil)
			path, err := Set(s, c.key, c.value)
			require.NoError(t, err)
			require.Equal(t, file, path)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, c.after, string(text))
			info, err := os.Stat(file)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
			beside, err := os.ReadDir(filepath.Dir(file))
			require.NoError(t, err)
			require.Len(t, beside, 1, "nothing is left beside the file")
		})
	}
}

func TestSetRefuses(t *testing.T) {
	const untouched = "color = 'auto'\nnotes = '''\ncolor = 'x'\n'''\n"
	for name, c := range map[string]struct{ before, key, value, want string }{
		"unknown key":      {untouched, "colr", "never", "there is no such setting"},
		"wrong value":      {untouched, "color", "purple", "is not one of"},
		"empty":            {untouched, "db", "", "empty"},
		"no TOML":          {"color ==", "color", "never", "config.toml"},
		"inside long text": {"notes = '''\ncolor = 'x'\n'''\n", "color", "never", "without touching other lines"},
	} {
		t.Run(name, func(t *testing.T) {
			s, file := source(t, c.before, nil, nil)
			_, err := Set(s, c.key, c.value)
			require.Equal(t, fault.Usage, fault.KindOf(err))
			require.ErrorContains(t, err, c.want)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, c.before, string(text))
		})
	}
	s, _ := source(t, "output = 'bogus'\n", nil, nil)
	_, err := Set(s, "output", "csv")
	require.NoError(t, err, "a file with a wrong value can be mended")
}
