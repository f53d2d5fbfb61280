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
	"slices"
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

// Check is an error when a folder's repository has no such revision.
func Check(ctx context.Context, dir, revision string) error {
	if strings.HasPrefix(revision, "-") {
		return fault.Errorf(fault.Usage, "%q is no revision", revision)
	}
	if _, err := Git(ctx, dir, "rev-parse", "--verify", "--quiet", revision+"^{commit}"); err != nil {
		return fault.Errorf(fault.Usage, "there is no revision %s in %s", revision, dir).WithFix("git fetch, when it is one of a remote")
	}
	return nil
}

// Base returns the commit in which a revision and the checked out one went apart, so that what others did meanwhile does
// not count; the revision itself where they have nothing in common.
func Base(ctx context.Context, root, revision string) (string, error) {
	if err := Check(ctx, root, revision); err != nil {
		return "", err
	}
	if base, err := Git(ctx, root, "merge-base", revision, "HEAD"); err == nil {
		revision = strings.TrimSpace(base)
	}
	return revision, nil
}

// Changed lists the files of a repository that are not as a commit has them, relative to its root; those that git does not
// know yet are among them.
func Changed(ctx context.Context, root, commit string) ([]string, error) {
	changed, err := Git(ctx, root, "diff", "--name-only", "--no-renames", "-z", commit, "--")
	if err != nil {
		return nil, err
	}
	unknown, err := Git(ctx, root, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	files := strings.FieldsFunc(changed+unknown, func(r rune) bool { return r == 0 })
	slices.Sort(files)
	return slices.Compact(files), nil
}

// Has reports whether a commit has files in a folder.
func Has(ctx context.Context, dir, commit string) (bool, error) {
	files, err := Git(ctx, dir, "ls-tree", "--name-only", commit, ".")
	return files != "", err
}

// Git runs a git command in a folder and returns what it prints.
func Git(ctx context.Context, dir string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", append([]string{"-C", dir, "-c", "core.quotePath=true"}, args...)...).Output()
	if err != nil {
		return "", fmt.Errorf("running git %s: %w", args[0], err)
	}
	return string(out), nil
}

// Extract writes a folder's files, as a commit has them, into an empty folder, without links.
func Extract(ctx context.Context, dir, commit, into string) error {
	folder, err := os.OpenRoot(into)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	command := exec.CommandContext(ctx, "git", "-C", dir, "archive", "--format=tar", commit, ".")
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
		if entry.Typeflag != tar.TypeReg {
			continue
		}
		if err := write(folder, filepath.FromSlash(entry.Name), archive); err != nil {
			return fmt.Errorf("writing %s of a revision: %w", entry.Name, err)
		}
	}
}

func write(folder *os.Root, name string, content io.Reader) error {
	if err := folder.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := folder.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}
