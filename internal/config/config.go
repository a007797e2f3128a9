// Package config holds the settings of this machine, as against those of a book: where the book is, colour, output format.
//
// A value comes from the first of: a flag, the environment (PERLA_DB, PERLA_COLOR, PERLA_OUTPUT), the file
// $XDG_CONFIG_HOME/perla/config.toml, the default. The file is read, and the library that reads it touched, only when
// it exists. Nothing here reads the environment or the working directory by itself.
package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// Origin says which layer a value came from.
type Origin string

// The layers, the weakest first.
const (
	Default     Origin = "default"
	File        Origin = "file"
	Environment Origin = "environment"
	Flag        Origin = "flag"
)

// Config is every setting of this machine, resolved.
type Config struct {
	DB     string // the book's file name
	Color  string // auto, always or never
	Output string // auto or an output format
	Path   string // the configuration file's name, whether it exists or not

	Send Send // how messages leave the house

	origins map[string]Origin
	formats []string
	unknown []string
}

// Send is how messages leave the house. A password is never among the settings: the file would keep it.
type Send struct {
	Host, Port, User, From string // of the server that takes mail
	Security               string // starttls, tls, or none on this machine alone
	PasswordCommand        string // prints the password
	Unsubscribe            string // the https link behind List-Unsubscribe; "" is a mail to From
	SMSCommand             string // takes a text message as a line of JSON
	SocialCommand          string // takes a direct message, likewise
	Rate                   string // messages a minute at most
}

// Source is where values come from.
type Source struct {
	Getenv  func(string) string
	Flags   map[string]string // the flags that were given, by key
	Formats []string          // the output formats there are
}

// Item is one setting as it is listed.
type Item struct {
	Key    string
	Value  string
	Origin Origin
	What   string // a phrase on what it decides
}

// key describes one setting.
type key struct {
	name  string
	what  string
	field func(*Config) *string
}

// keys are the settings there are, by name.
var keys = []key{
	{"color", "colour on the terminal: auto, always or never", func(c *Config) *string { return &c.Color }},
	{"db", "the book's file", func(c *Config) *string { return &c.DB }},
	{"output", "the output format: auto, or one that -o takes", func(c *Config) *string { return &c.Output }},
	{"send_rate", "messages a minute at most; 0 is as many as go", func(c *Config) *string { return &c.Send.Rate }},
	{"sms_command", "the command that sends a text message, a line of JSON on its standard input", func(c *Config) *string { return &c.Send.SMSCommand }},
	{"smtp_from", "who mail is from: Luz <hola@luz.example>", func(c *Config) *string { return &c.Send.From }},
	{"smtp_host", "the server that mail is sent through", func(c *Config) *string { return &c.Send.Host }},
	{"smtp_password_command", "the command that prints the password; else it is PERLA_SMTP_PASSWORD or in the keyring", func(c *Config) *string { return &c.Send.PasswordCommand }},
	{"smtp_port", "its port, where it is not the usual one", func(c *Config) *string { return &c.Send.Port }},
	{"smtp_security", "starttls, tls, or none for a server on this machine", func(c *Config) *string { return &c.Send.Security }},
	{"smtp_unsubscribe", "the https link to unsubscribe; else she writes a mail", func(c *Config) *string { return &c.Send.Unsubscribe }},
	{"smtp_user", "as whom perla logs in there", func(c *Config) *string { return &c.Send.User }},
	{"social_command", "the command that sends a direct message, likewise", func(c *Config) *string { return &c.Send.SocialCommand }},
}

// Keys names the settings there are.
func Keys() []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return names
}

// Load resolves every setting. A value that is not allowed, or a file that is not TOML, is a usage fault that says which
// layer it came from.
func Load(s Source) (Config, error) {
	c := Config{Path: filePath(s.Getenv), Color: "auto", Output: "auto", DB: dataPath(s.Getenv), Send: Send{Security: "starttls", Rate: "0"}, formats: s.Formats,
		origins: make(map[string]Origin, len(keys))}
	inFile, err := c.readFile()
	if err != nil {
		return c, err
	}
	for _, k := range keys {
		value, origin := *k.field(&c), Default
		if v, ok := inFile[k.name]; ok {
			value, origin = v, File
			if k.name == "db" {
				value = besideFile(value, c.Path, s.Getenv)
			}
		}
		if v := s.Getenv(envName(k.name)); v != "" {
			value, origin = v, Environment
		}
		if v, ok := s.Flags[k.name]; ok {
			value, origin = v, Flag
		}
		if err := c.allow(k.name, value); err != nil {
			return c, fmt.Errorf("%s: %w", c.source(k.name, origin), err)
		}
		*k.field(&c), c.origins[k.name] = value, origin
	}
	if c.DB == "" {
		return c, fault.New(fault.Usage, "there is no home folder to keep the book in", "name the book with --db FILE or PERLA_DB")
	}
	return c, nil
}

// List gives every setting, by key.
func (c Config) List() []Item {
	items := make([]Item, len(keys))
	for i, k := range keys {
		items[i] = Item{Key: k.name, Value: *k.field(&c), Origin: c.origins[k.name], What: k.what}
	}
	return items
}

// Get gives one setting; an unknown key is a usage fault with the nearest name.
func (c Config) Get(name string) (Item, error) {
	for _, item := range c.List() {
		if item.Key == name {
			return item, nil
		}
	}
	return Item{}, unknownKey(name)
}

// Why says in words where a setting's value comes from: "--db", "PERLA_DB", "config file /…/config.toml", "default".
func (c Config) Why(name string) string { return c.source(name, c.origins[name]) }

// Unknown names the keys of the file that perla does not know.
func (c Config) Unknown() []string { return c.unknown }

func (c Config) source(name string, origin Origin) string {
	switch origin {
	case Flag:
		return "--" + name
	case Environment:
		return envName(name)
	case File:
		return "config file " + c.Path
	}
	return string(Default)
}

// allow says whether a setting may have a value.
func (c Config) allow(name, value string) error {
	var allowed []string
	switch name {
	case "color":
		allowed = []string{"auto", "always", "never"}
	case "smtp_security":
		allowed = []string{"starttls", "tls", "none"}
	case "smtp_port", "send_rate":
		if n, err := strconv.Atoi(value); value != "" && (err != nil || n < 0 || n > 65535) {
			return &fault.Error{Kind: fault.Usage, Field: name, Reason: fmt.Sprintf("%q is no whole number up to 65535", value)}
		}
		return nil
	case "output":
		allowed = append([]string{"auto"}, c.formats...)
	default:
		return nil
	}
	if slices.Contains(allowed, value) {
		return nil
	}
	return &fault.Error{Kind: fault.Usage, Field: name, Reason: fmt.Sprintf("%q is not one of %s", value, strings.Join(allowed, ", ")),
		Hint: didYouMean(fault.Nearest(value, allowed))}
}

func unknownKey(name string) error {
	return &fault.Error{Kind: fault.Usage, Noun: "setting", Key: name, Reason: "there is no such setting; there are " + strings.Join(Keys(), ", "),
		Hint: didYouMean(fault.Nearest(name, Keys()))}
}

func didYouMean(word string) string {
	if word == "" {
		return ""
	}
	return "did you mean " + word + "?"
}

func envName(key string) string { return "PERLA_" + strings.ToUpper(key) }

// filePath is where the configuration file is looked for; "" without a home folder.
func filePath(getenv func(string) string) string {
	return inBase(getenv, "XDG_CONFIG_HOME", ".config", "config.toml")
}

// dataPath is where the book is kept when nothing says otherwise; "" without a home folder.
func dataPath(getenv func(string) string) string {
	return inBase(getenv, "XDG_DATA_HOME", filepath.Join(".local", "share"), "perla.db")
}

// inBase follows the XDG Base Directory Specification, by which a relative base folder is ignored.
func inBase(getenv func(string) string, variable, fallback, name string) string {
	if base := getenv(variable); filepath.IsAbs(base) {
		return filepath.Join(base, "perla", name)
	}
	if home := homeFolder(getenv); home != "" {
		return filepath.Join(home, fallback, "perla", name)
	}
	return ""
}

func homeFolder(getenv func(string) string) string {
	if home := getenv("HOME"); home != "" {
		return home
	}
	return getenv("USERPROFILE")
}
