package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"github.com/perla-crm/perla/internal/fault"
)

// readFile gives the known settings of the file and notes the unknown ones. No file is no settings.
func (c *Config) readFile() (map[string]string, error) {
	if c.Path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(c.Path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.IO, Noun: "config file", Key: c.Path, Err: err}
	}
	all, err := parse(text)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Usage, Noun: "config file", Key: c.Path, Err: err, Hint: "mend the file, or move it away"}
	}
	known := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(Keys(), name) {
			c.unknown = append(c.unknown, name)
			continue
		}
		value, ok := all[name].(string)
		if !ok || value == "" {
			return nil, &fault.Error{Kind: fault.Usage, Noun: "config file", Key: c.Path, Field: name, Reason: "the value must be text in quotes"}
		}
		known[name] = value
	}
	return known, nil
}

// Set changes one setting in the file, gives the file's name, and leaves the rest of it, comments too, as it was. The file
// is replaced in one step and only its owner can read it. The value is checked first, the new text before it is written.
// A file that holds a wrong value elsewhere can still be mended by it.
func Set(s Source, name, value string) (string, error) {
	c := Config{Path: filePath(s.Getenv), formats: s.Formats}
	if !slices.Contains(Keys(), name) {
		return "", unknownKey(name)
	}
	if value == "" {
		return "", &fault.Error{Kind: fault.Usage, Field: name, Reason: "the value is empty"}
	}
	if err := c.allow(name, value); err != nil {
		return "", err
	}
	if c.Path == "" {
		return "", fault.New(fault.Usage, "there is no home folder to keep the config file in", "set XDG_CONFIG_HOME")
	}
	if name == "db" {
		full, err := filepath.Abs(value)
		if err != nil {
			return "", &fault.Error{Kind: fault.IO, Noun: "book", Key: value, Err: err}
		}
		value = full
	}
	old, err := os.ReadFile(c.Path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", &fault.Error{Kind: fault.IO, Noun: "config file", Key: c.Path, Err: err}
	}
	text, err := edit(old, name, value)
	if err != nil {
		return "", &fault.Error{Kind: fault.Usage, Noun: "config file", Key: c.Path, Err: err, Hint: "edit the file by hand"}
	}
	if err := replace(c.Path, text); err != nil {
		return "", &fault.Error{Kind: fault.IO, Noun: "config file", Key: c.Path, Err: err}
	}
	return c.Path, nil
}

// edit puts `name = "value"` in the place of the line that sets name, or after the last line that belongs to no table.
// What it made is read back: the setting must have its value and every other one the value it had.
func edit(old []byte, name, value string) ([]byte, error) {
	want, err := parse(old)
	if err != nil {
		return nil, err
	}
	want[name] = value
	line, err := assignment(name, value)
	if err != nil {
		return nil, err
	}
	lines := strings.SplitAfter(string(old), "\n")
	tables := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), "[") })
	if tables < 0 {
		tables = len(lines)
	}
	at := slices.IndexFunc(lines[:tables], func(l string) bool {
		word, _, found := strings.Cut(l, "=")
		return found && strings.Trim(strings.TrimSpace(word), `"'`) == name
	})
	if at >= 0 {
		lines[at] = line
	} else {
		if tables > 0 && lines[tables-1] != "" && !strings.HasSuffix(lines[tables-1], "\n") {
			lines[tables-1] += "\n"
		}
		lines = slices.Insert(lines, tables, line)
	}
	text := []byte(strings.Join(lines, ""))
	if got, err := parse(text); err != nil || !reflect.DeepEqual(got, want) {
		return nil, fmt.Errorf("%s cannot be changed without touching other lines", name)
	}
	return text, nil
}

// assignment is one line of TOML, quoted by the library that will read it.
func assignment(name, value string) (string, error) {
	v := viper.New()
	v.SetConfigType("toml")
	v.Set(name, value)
	var b bytes.Buffer
	if err := v.WriteConfigTo(&b); err != nil {
		return "", err
	}
	return b.String(), nil
}

func parse(text []byte) (map[string]any, error) {
	v := viper.New()
	v.SetConfigType("toml")
	if err := v.ReadConfig(bytes.NewReader(text)); err != nil {
		var syntax viper.ConfigParseError
		if errors.As(err, &syntax) {
			err = syntax.Unwrap()
		}
		return nil, err
	}
	return v.AllSettings(), nil
}

// replace writes a file through a neighbour and a rename, so that no reader ever sees half of it.
func replace(path string, text []byte) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*.toml")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(text); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// besideFile reads a file name as the configuration file means it: ~ is the home folder, a relative name is beside the file.
func besideFile(name, file string, getenv func(string) string) string {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		if home := homeFolder(getenv); home != "" {
			return filepath.Join(home, rest)
		}
	}
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(file), name)
}
