package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/autostream/autostream/internal/cli/rules"
	"github.com/autostream/autostream/internal/sql/lint"
)

// writeMarkdown writes an index by group, and one page for each command of the first level with its verbs as sections.
func writeMarkdown(root *cobra.Command, dir string) error {
	if err := empty(dir, "*.md"); err != nil {
		return err
	}
	err := writeFile(filepath.Join(dir, "README.md"), func(w io.Writer) error { return writeIndex(w, root) })
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, "lint-rules.md"), writeRules); err != nil {
		return err
	}
	for _, c := range root.Commands() {
		if !listed(c) {
			continue
		}
		err := writeFile(filepath.Join(dir, c.Name()+".md"), func(w io.Writer) error {
			var page bytes.Buffer
			writeCommand(&page, c, 1)
			_, err := fmt.Fprintf(w, "%s%s\n", notice, strings.TrimRight(page.String(), "\n"))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writeRules writes the page of everything that lint finds.
func writeRules(w io.Writer) error {
	var page bytes.Buffer
	page.WriteString(ruleNotice + "# Rules\n\nWhat `autostream lint` looks for. `autostream rules ID` shows the same at a terminal.\n\n| rule | name | level | category | repair |\n|---|---|---|---|---|\n")
	all := rules.All()
	for _, r := range all {
		repair := ""
		if r.Fixed != "" {
			repair = "yes"
		}
		fmt.Fprintf(&page, "| [%s](#%s-%s) | %s | %s | %s | %s |\n", r.ID, strings.ToLower(r.ID), r.Name, r.Name, r.Level, r.Category, repair)
	}
	for _, r := range all {
		page.WriteString("\n" + lint.Markdown(r))
	}
	_, err := fmt.Fprintf(w, "%s\n", strings.TrimRight(page.String(), "\n"))
	return err
}

// ruleNotice is notice for the page of the rules.
const ruleNotice = "<!-- Made by `make gen` from the rules. -->\n"

// notice tells readers of the source where to change a page.
const notice = "<!-- Made by `make gen` from the command tree. -->\n"

// listed says whether a command has a page or a section.
func listed(c *cobra.Command) bool { return c.IsAvailableCommand() && c.Name() != "help" }

func writeIndex(w io.Writer, root *cobra.Command) error {
	var page bytes.Buffer
	fmt.Fprintf(&page, "%s# Commands\n", notice)
	for _, group := range root.Groups() {
		var rows bytes.Buffer
		for _, c := range root.Commands() {
			if listed(c) && c.GroupID == group.ID {
				fmt.Fprintf(&rows, "| [%s](%s.md) | %s |\n", c.Name(), c.Name(), c.Short)
			}
		}
		if rows.Len() > 0 {
			fmt.Fprintf(&page, "\n## %s\n\n| command | what it does |\n|---|---|\n%s", group.Title, rows.String())
		}
	}
	fmt.Fprint(&page, "\n## Flags of every command\n\n")
	writeFlags(&page, root.PersistentFlags())
	_, err := page.WriteTo(w)
	return err
}

// writeCommand writes a command as a section at a level, and its subcommands one level below.
func writeCommand(page *bytes.Buffer, c *cobra.Command, level int) {
	fmt.Fprintf(page, "%s %s\n\n%s\n\n", strings.Repeat("#", level), c.CommandPath(), c.Short)
	if c.Long != "" {
		fmt.Fprintf(page, "%s\n\n", strings.TrimSpace(c.Long))
	}
	if c.Runnable() {
		fmt.Fprintf(page, "```\n%s\n```\n\n", c.UseLine())
	}
	if c.Example != "" {
		fmt.Fprintf(page, "Examples\n\n```\n%s\n```\n\n", unindent(c.Example))
	}
	if c.HasAvailableLocalFlags() {
		writeFlags(page, c.NonInheritedFlags())
		fmt.Fprintln(page)
	}
	for _, child := range c.Commands() {
		if listed(child) {
			writeCommand(page, child, level+1)
		}
	}
}

// writeFlags writes a table; a flag's default is left out where it is empty, zero or off.
func writeFlags(page *bytes.Buffer, flags *pflag.FlagSet) {
	fmt.Fprint(page, "| flag | meaning |\n|---|---|\n")
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		kind, text := pflag.UnquoteUsage(f)
		name := "`--" + f.Name
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		if kind != "" {
			name += " " + kind
		}
		if f.DefValue != "" && f.DefValue != "0" && f.DefValue != "0s" && f.DefValue != "false" && f.DefValue != "[]" {
			text += " (default `" + f.DefValue + "`)"
		}
		fmt.Fprintf(page, "| %s` | %s |\n", name, strings.ReplaceAll(text, "|", "\\|"))
	})
}

// unindent takes away the indentation that all lines of an example share.
func unindent(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	shared := -1
	for _, line := range lines {
		if indent := len(line) - len(strings.TrimLeft(line, " ")); strings.TrimSpace(line) != "" && (shared < 0 || indent < shared) {
			shared = indent
		}
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line[min(max(shared, 0), len(line)):], " ")
	}
	return strings.Join(lines, "\n")
}
