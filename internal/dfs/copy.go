package dfs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"github.com/autostream/autostream/internal/base/fault"
)

// Copy copies a file to another file system, or the same, and makes sure that what arrived is what was sent. A file that
// is there already with the same content is left as it is; one with another content is a Conflict.
func Copy(ctx context.Context, from FS, source string, to FS, target string, a Attributes) error {
	sent, err := copyOnce(ctx, from, source, to, target, a)
	if err != nil && fault.KindOf(err) != fault.Conflict {
		return err
	}
	if sent == "" { // it was there before
		if sent, err = hash(ctx, from, source); err != nil {
			return err
		}
	}
	arrived, err := hash(ctx, to, target)
	if err != nil {
		return err
	}
	if arrived != sent {
		return fault.Errorf(fault.Conflict, "%s differs from %s", to.URI(target), from.URI(source)).
			WithFix("remove it, or copy to another folder")
	}
	return nil
}

// copyOnce returns the SHA-256 of what was sent.
func copyOnce(ctx context.Context, from FS, source string, to FS, target string, a Attributes) (string, error) {
	in, err := from.Open(ctx, source, Range{})
	if err != nil {
		return "", err
	}
	defer in.Close()
	sum := sha256.New()
	if err := to.Create(ctx, target, io.TeeReader(in, sum), a); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hash(ctx context.Context, f FS, name string) (string, error) {
	in, err := f.Open(ctx, name, Range{})
	if err != nil {
		return "", err
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Walk calls visit with every file below a folder, in the order of names.
func Walk(ctx context.Context, f FS, dir string, visit func(Entry) error) error {
	entries, err := f.List(ctx, dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Dir {
			err = Walk(ctx, f, e.Path, visit)
		} else {
			err = visit(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
