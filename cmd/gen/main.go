// Command gen writes what is made from the live command tree: the Markdown reference, man pages and shell completions.
//
//	go run ./cmd/gen markdown docs/reference
//	go run ./cmd/gen man DIR
//	go run ./cmd/gen completions DIR
//
// It is a program of its own so that autostream does not carry the writers.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/autostream/autostream/internal/cli"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: gen markdown|man|completions DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// write makes one kind of output in a folder and removes what an earlier run left there.
func write(kind, dir string) error {
	root := tree()
	switch kind {
	case "markdown":
		return writeMarkdown(root, dir)
	case "man":
		if err := empty(dir, "*.1"); err != nil {
			return err
		}
		// cobra dates the pages by SOURCE_DATE_EPOCH, which a release sets to the time of its commit.
		return doc.GenManTree(root, &doc.GenManHeader{Title: "AUTOSTREAM", Section: "1", Source: "AutoStream"}, dir)
	case "completions":
		return writeCompletions(root, dir)
	}
	return fmt.Errorf("unknown kind %q", kind)
}

// empty makes a folder without files of that pattern: the page of a removed command goes.
func empty(dir, pattern string) error {
	old, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return os.MkdirAll(dir, 0o755)
}

// tree is the command tree with nothing of this machine in it.
func tree() *cobra.Command {
	root := cli.NewRoot(&deps.Deps{
		IO:     &term.IO{In: nil, Out: io.Discard, Err: io.Discard},
		Now:    func() time.Time { return time.Time{} },
		Getenv: func(string) string { return "" },
	})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.DisableAutoGenTag = true
	return root
}

func writeCompletions(root *cobra.Command, dir string) error {
	if err := empty(dir, "autostream.*"); err != nil {
		return err
	}
	for shell, generate := range map[string]func(io.Writer) error{
		"bash": func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"zsh":  root.GenZshCompletion,
		"fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
		"ps1":  root.GenPowerShellCompletionWithDesc,
	} {
		if err := writeFile(filepath.Join(dir, "autostream."+shell), generate); err != nil {
			return err
		}
	}
	return nil
}

// writeFile makes a file from what a function writes.
func writeFile(name string, generate func(io.Writer) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := generate(file); err != nil {
		file.Close()
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return file.Close()
}
