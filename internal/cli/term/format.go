package term

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/yaml"
)

// Format is the value of --format.
type Format string

// The formats that every reading command has.
const (
	Table Format = "table"
	JSON  Format = "json"
	YAML  Format = "yaml"
)

// Report is the result of a reading command: one struct whose JSON tags are the contract, and a view of it for people.
type Report interface {
	// Rows writes the result for people; it is not called for JSON and YAML.
	Rows(io *IO) error
}

// Write writes a report in the given format to Out.
func (io *IO) Write(format Format, r Report) error {
	switch format {
	case Table, "":
		return r.Rows(io)
	case JSON:
		encoder := json.NewEncoder(io.Out)
		encoder.SetEscapeHTML(false)
		if io.OutTerminal {
			encoder.SetIndent("", "  ")
		}
		return encoder.Encode(r)
	case YAML:
		text, err := yaml.FromJSON(r)
		if err != nil {
			return fmt.Errorf("writing YAML: %w", err)
		}
		_, err = io.Out.Write(text)
		return err
	}
	return fault.Errorf(fault.Usage, "unknown format %q", format)
}

// FormatFlag is a pflag.Value that takes one of the formats it was made with.
type FormatFlag struct {
	Value   Format
	allowed []Format
}

// NewFormatFlag returns a flag value that starts as table; more names what the command has besides table, json and yaml.
func NewFormatFlag(more ...Format) *FormatFlag {
	return &FormatFlag{Value: Table, allowed: append([]Format{Table, JSON, YAML}, more...)}
}

// String returns the chosen format.
func (f *FormatFlag) String() string { return string(f.Value) }

// Type names the value in help texts.
func (f *FormatFlag) Type() string { return "format" }

// Set takes the value of the flag; an unknown one is an error that lists what there is.
func (f *FormatFlag) Set(value string) error {
	if !slices.Contains(f.allowed, Format(value)) {
		return fmt.Errorf("one of %s", f.Names())
	}
	f.Value = Format(value)
	return nil
}

// Names lists the formats for help texts and completion.
func (f *FormatFlag) Names() string {
	names := make([]string, len(f.allowed))
	for i, a := range f.allowed {
		names[i] = string(a)
	}
	return strings.Join(names, ", ")
}
