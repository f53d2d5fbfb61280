package dfstest

import (
	"context"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// create holds Create to its promises: content and attributes, a file of that name, a reader that fails, two at once.
func (s *suite) create(t *testing.T) {
	// Names that need care in URLs; a colon is not allowed in HDFS.
	for _, name := range []string{"plain", "with blank", "100%+&?#=;,@~'", "häuschen/数据"} {
		s.put(t, s.at("create", name), name)
		if got := s.read(t, s.at("create", name), dfs.Range{}); got != name {
			t.Errorf("%s holds %q", name, got)
		}
	}
	s.put(t, s.at("create/empty"), "")
	if e := s.stat(t, s.at("create/empty")); e.Size != 0 || e.Dir {
		t.Errorf("an empty file = %+v", e)
	}
	wantKind(t, s.FS.Create(t.Context(), s.at("create/plain"), strings.NewReader("other"), plain), fault.Conflict)
	if got := s.read(t, s.at("create/plain"), dfs.Range{}); got != "plain" {
		t.Errorf("a second Create changed the file to %q", got)
	}
	if !s.Objects {
		s.attributes(t)
	}
	t.Run("is whole or not there", s.whole)
	t.Run("with less asked of it, is whole too", s.waived)
	t.Run("by two at once has one winner", s.race)
}

func (s *suite) attributes(t *testing.T) {
	for _, mode := range []fs.FileMode{0o600, 0o644, 0o755} {
		name := s.at("create", mode.String())
		if err := s.FS.Create(t.Context(), name, strings.NewReader("x"), dfs.Attributes{Mode: mode}); err != nil {
			t.Fatal(err)
		}
		if e := s.stat(t, name); e.Mode != mode {
			t.Errorf("mode %s, want %s", e.Mode, mode)
		}
	}
	then := time.Date(2001, 2, 3, 4, 5, 6, 789e6, time.UTC)
	if err := s.FS.Create(t.Context(), s.at("create/old"), strings.NewReader("x"), dfs.Attributes{Mode: 0o644, Modified: then}); err != nil {
		t.Fatal(err)
	}
	if e := s.stat(t, s.at("create/old")); !e.Modified.Equal(then) {
		t.Errorf("changed at %s, want %s", e.Modified, then)
	}
}

// waived makes files whose content may be padded or whose time of change may drift: they are there at once, as others are.
func (s *suite) waived(t *testing.T) {
	for i := range 8 {
		a := dfs.Attributes{Mode: 0o600, Padded: i%2 == 0, Drifting: i%2 != 0}
		name, text := s.at("waived", strconv.Itoa(i)), strings.Repeat("text\n", 1+i*i*100)
		if err := s.FS.Create(t.Context(), name, strings.NewReader(text), a); err != nil {
			t.Fatal(err)
		}
		got := s.read(t, name, dfs.Range{})
		if behind, ok := strings.CutPrefix(got, text); !ok || strings.TrimSpace(behind) != "" || behind != "" && !a.Padded || len(behind) > 2<<20 {
			t.Errorf("%+v: %d bytes, and not %d with blank space behind", a, len(got), len(text))
		}
		if e := s.stat(t, name); e.Size != int64(len(got)) || !s.Objects && e.Mode != a.Mode {
			t.Errorf("%+v: %+v; want %d bytes", a, e, len(got))
		}
		wantKind(t, s.FS.Create(t.Context(), name, strings.NewReader("other"), a), fault.Conflict)
	}
}

// whole holds Create to files that are whole or not there, also those that do not go to the store in one piece.
func (s *suite) whole(t *testing.T) {
	broken := io.MultiReader(strings.NewReader(strings.Repeat("x", 20<<20)), failing{})
	if err := s.FS.Create(t.Context(), s.at("broken/file"), broken, plain); err == nil {
		t.Error("Create from a reader that fails succeeded")
	}
	ctx, cancel := context.WithCancel(t.Context())
	endless := readerFunc(func(p []byte) (int, error) {
		cancel()
		return len(p), nil
	})
	if err := s.FS.Create(ctx, s.at("broken/cancelled"), endless, plain); err == nil {
		t.Error("a cancelled Create succeeded")
	}
	for _, name := range []string{"broken/file", "broken/cancelled"} {
		_, err := s.FS.Stat(t.Context(), s.at(name))
		wantKind(t, err, fault.NotFound)
	}
}

func (s *suite) race(t *testing.T) {
	var calls sync.WaitGroup
	texts := [4]string{"a", "b", "c", "d"}
	var failures [len(texts)]error
	for i, text := range texts {
		calls.Go(func() { failures[i] = s.FS.Create(t.Context(), s.at("race/file"), strings.NewReader(text), plain) })
	}
	calls.Wait()
	var won []string
	for i, err := range failures {
		if err == nil {
			won = append(won, texts[i])
		} else {
			wantKind(t, err, fault.Conflict)
		}
	}
	if got := s.read(t, s.at("race/file"), dfs.Range{}); len(won) != 1 || got != won[0] {
		t.Errorf("%v succeeded, the file holds %q", won, got)
	}
	if all := s.list(t, s.at("race")); len(all) != 1 {
		t.Errorf("left over: %v", all)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }
