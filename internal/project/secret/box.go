package secret

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// commandTime is how long a command may take to print a secret. Some ask a vault far away, some a person.
const commandTime = time.Minute

// Box holds the secrets of one run by name, fetches each at most once and only when asked for, and redacts texts.
// It is safe for concurrent use. The zero Box has no secrets.
type Box struct {
	dir    string
	getenv func(string) string

	mu         sync.Mutex
	references map[string]Reference
	given      map[string]Value // set on the command line or by AUTOSTREAM_VAR_NAME, instead of the reference
	values     map[string]Value
	missed     map[string]bool   // could not be fetched when a text was redacted; not tried again for that
	patterns   *strings.Replacer // made from values when a text is redacted; nil when values changed since
}

// NewBox returns a box for a project folder. getenv is where references by environment variable look.
func NewBox(dir string, getenv func(string) string) *Box {
	return &Box{dir: dir, getenv: getenv, references: map[string]Reference{}, given: map[string]Value{}, values: map[string]Value{}, missed: map[string]bool{}}
}

// Add declares a secret by name.
func (b *Box) Add(name string, ref Reference) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.references[name] = ref
}

// Give sets the value of a declared secret, so that its reference is not followed.
func (b *Box) Give(name string, value Value) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.given[name] = value
}

// Has says whether a name is that of a secret.
func (b *Box) Has(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.references[name]
	return ok
}

// References returns the declared secrets by name, to be recorded with a job.
func (b *Box) References() map[string]Reference {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make(map[string]Reference, len(b.references))
	maps.Copy(out, b.references)
	return out
}

// Value fetches a secret. The error names the secret and its source, never a value. The lock is held while a command
// runs: two jobs deployed at once ask a vault once.
func (b *Box) Value(ctx context.Context, name string) (Value, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.value(ctx, name)
}

func (b *Box) value(ctx context.Context, name string) (Value, error) {
	if v, ok := b.values[name]; ok {
		return v, nil
	}
	ref, ok := b.references[name]
	if !ok {
		return Value{}, fault.Errorf(fault.NotFound, "there is no secret %s", name)
	}
	v, given := b.given[name]
	if !given {
		clear, err := b.fetch(ctx, ref)
		if err != nil {
			return Value{}, fmt.Errorf("reading secret %s: %w", name, err)
		}
		v = NewValue(clear)
	}
	if v.clear == "" {
		return Value{}, fault.Errorf(fault.Usage, "secret %s is empty (%s)", name, ref)
	}
	b.values[name] = v
	b.patterns = nil
	return v, nil
}

func (b *Box) fetch(ctx context.Context, ref Reference) (string, error) {
	switch {
	case ref.Env != "":
		value := b.getenv(ref.Env)
		if value == "" {
			return "", fault.Errorf(fault.NotFound, "environment variable %s is not set", ref.Env).
				WithFix("export %s=…", ref.Env)
		}
		return value, nil
	case ref.File != "":
		path := ref.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(b.dir, path)
		}
		text, err := os.ReadFile(path)
		return trimLineBreak(text), err
	}
	return b.run(ctx, ref.Command)
}

// run starts a command and returns what it prints. What it prints on its error stream is shown when it goes wrong.
func (b *Box) run(ctx context.Context, command []string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	var out, problem bytes.Buffer
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.dir, &out, &problem
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", fmt.Errorf("command %s: %w", command[0], ctx.Err())
		}
		first, _, _ := strings.Cut(strings.TrimSpace(problem.String()), "\n")
		return "", fmt.Errorf("command %s: %w: %s", command[0], err, first)
	}
	return trimLineBreak(out.Bytes()), nil
}

func trimLineBreak(text []byte) string {
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
}

// Redact replaces every secret, in all the forms in which it may turn up, by ***. It is for texts that Flink wrote, about
// a job that an earlier process may have started: so it fetches what was not fetched yet. A secret that cannot be had
// here (its variable is set elsewhere only) cannot be found in the text either.
func (b *Box) Redact(text string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if text == "" || len(b.references) == 0 {
		return text
	}
	for name := range b.references {
		if _, known := b.values[name]; !known && !b.missed[name] {
			_, err := b.value(context.Background(), name)
			b.missed[name] = err != nil
		}
	}
	if b.patterns == nil {
		var forms []string
		for _, v := range b.values {
			forms = append(forms, formsOf(v.clear)...)
		}
		slices.SortFunc(forms, func(x, y string) int { return len(y) - len(x) })
		var pairs []string
		for _, form := range slices.Compact(forms) {
			pairs = append(pairs, form, masked(form))
		}
		b.patterns = strings.NewReplacer(pairs...)
	}
	return b.patterns.Replace(text)
}
