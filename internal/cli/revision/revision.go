// Package revision reads git for commands that compare files with an earlier state of them.
package revision

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// Root returns the top folder of the working tree that a folder lies in.
func Root(ctx context.Context, dir string) (string, error) {
	root, err := Git(ctx, dir, "rev-parse", "--show-toplevel")
	if err != nil {
		return "", fault.Errorf(fault.Usage, "%s is in no git repository", dir)
	}
	return strings.TrimSpace(root), nil
}

// Base returns the commit in which a revision and the checked out one went apart, so that what others did meanwhile does
// not count; the revision itself where they have nothing in common.
func Base(ctx context.Context, root, revision string) (string, error) {
	if strings.HasPrefix(revision, "-") {
		return "", fault.Errorf(fault.Usage, "%q is no revision", revision)
	}
	if _, err := Git(ctx, root, "rev-parse", "--verify", "--quiet", revision+"^{commit}"); err != nil {
		return "", fault.Errorf(fault.Usage, "there is no revision %s in %s", revision, root).WithFix("git fetch, when it is one of a remote")
	}
	if base, err := Git(ctx, root, "merge-base", revision, "HEAD"); err == nil {
		revision = strings.TrimSpace(base)
	}
	return revision, nil
}

// Git runs a git command in a folder and returns what it prints.
func Git(ctx context.Context, dir string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", append([]string{"-C", dir, "-c", "core.quotePath=true"}, args...)...).Output()
	if err != nil {
		return "", fmt.Errorf("running git %s: %w", args[0], err)
	}
	return string(out), nil
}

// largest bounds the files that Extract writes: jars and data are no part of what is compared.
const largest = 1 << 20

// Extract writes the files of a commit into an empty folder, without links and without files above a megabyte.
func Extract(ctx context.Context, root, commit, into string) error {
	folder, err := os.OpenRoot(into)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	command := exec.CommandContext(ctx, "git", "-C", root, "archive", "--format=tar", commit)
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("running git archive: %w", err)
	}
	if err := unpack(tar.NewReader(out), folder); err != nil {
		cancel()
		return errors.Join(err, command.Wait())
	}
	if err := command.Wait(); err != nil {
		return fmt.Errorf("running git archive %s: %w", commit, err)
	}
	return nil
}

func unpack(archive *tar.Reader, folder *os.Root) error {
	for {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a revision: %w", err)
		}
		if entry.Typeflag != tar.TypeReg || entry.Size > largest {
			continue
		}
		name := filepath.FromSlash(entry.Name)
		if err := folder.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			return fmt.Errorf("reading %s of a revision: %w", entry.Name, err)
		}
		if err := folder.WriteFile(name, text, 0o600); err != nil {
			return err
		}
	}
}
