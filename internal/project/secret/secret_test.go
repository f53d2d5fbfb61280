package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/project/secret"
)

func TestValueNeverPrints(t *testing.T) {
	t.Parallel()
	const clear = "p4ss w0rd"
	v := secret.NewValue(clear)
	holder := struct {
		V secret.Value
		P *secret.Value
	}{v, &v}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T %[1]v"} {
		fmt.Fprintf(&out, verb+"\n", v)
		fmt.Fprintf(&out, verb+"\n", &v)
		fmt.Fprintf(&out, verb+"\n", holder)
		fmt.Fprintf(&out, verb+"\n", []secret.Value{v})
		fmt.Fprintf(&out, verb+"\n", map[string]secret.Value{"k": v})
	}
	fmt.Fprintln(&out, v, v.String(), fmt.Errorf("with %v", v))
	if err := json.NewEncoder(&out).Encode(holder); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v, "h", holder)
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v, "h", holder)
	for _, form := range []string{clear, "p4ss", fmt.Sprintf("%x", clear)} {
		if strings.Contains(out.String(), form) {
			t.Errorf("%q shows in\n%s", form, out.String())
		}
	}
	if v.Reveal() != clear {
		t.Error("Reveal gives something else")
	}
}

func TestBox(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte("from file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	calls := filepath.Join(dir, "calls")
	box := secret.NewBox(dir, func(name string) string { return map[string]string{"SET": "from env"}[name] })
	box.Add("ENV", secret.Reference{Env: "SET"})
	box.Add("FILE", secret.Reference{File: "token"})
	box.Add("COMMAND", secret.Reference{Command: []string{"sh", "-c", "echo call >> calls; echo from command"}})
	box.Add("UNSET", secret.Reference{Env: "NOT_SET"})
	box.Add("EMPTY", secret.Reference{Command: []string{"true"}})
	box.Add("BROKEN", secret.Reference{Command: []string{"sh", "-c", "echo sealed >&2; exit 3"}})
	box.Add("GIVEN", secret.Reference{Env: "NOT_SET"})
	box.Give("GIVEN", secret.NewValue("from flag"))

	for range 2 {
		for name, want := range map[string]string{"ENV": "from env", "FILE": "from file", "COMMAND": "from command", "GIVEN": "from flag"} {
			v, err := box.Value(t.Context(), name)
			if err != nil || v.Reveal() != want {
				t.Errorf("%s = %q, %v; want %q", name, v.Reveal(), err, want)
			}
		}
	}
	if text, _ := os.ReadFile(calls); strings.Count(string(text), "call") != 1 {
		t.Errorf("the command ran %d times", strings.Count(string(text), "call"))
	}
	for name, want := range map[string]string{
		"UNSET":  "reading secret UNSET: environment variable NOT_SET is not set",
		"EMPTY":  "secret EMPTY is empty (command true)",
		"BROKEN": "reading secret BROKEN: command sh: exit status 3: sealed",
		"OTHER":  "there is no secret OTHER",
	} {
		if _, err := box.Value(t.Context(), name); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", name, err, want)
		}
	}
	if _, err := box.Value(t.Context(), "UNSET"); fault.FixOf(err) != "export NOT_SET=…" {
		t.Errorf("no way out in %v", err)
	}
}

// TestRedactFetches looks at a text about a job that another process started: nothing was fetched here yet.
func TestRedactFetches(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	box := secret.NewBox(dir, func(name string) string { return map[string]string{"SET": "from-env"}[name] })
	box.Add("ENV", secret.Reference{Env: "SET"})
	box.Add("UNSET", secret.Reference{Env: "NOT_SET"})
	box.Add("COMMAND", secret.Reference{Command: []string{"sh", "-c", "echo call >> calls; echo from-command"}})
	box.Add("BROKEN", secret.Reference{Command: []string{"sh", "-c", "echo call >> calls; exit 1"}})
	if box.Redact("") != "" {
		t.Error("an empty text became longer")
	}
	if _, err := os.Stat(filepath.Join(dir, "calls")); err == nil {
		t.Error("a secret was fetched for an empty text")
	}
	for range 3 {
		if got := box.Redact("from-env, from-command"); got != "***, ***" {
			t.Errorf("redacted to %s", got)
		}
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "calls")); strings.Count(string(text), "call") != 2 {
		t.Errorf("the commands ran %d times", strings.Count(string(text), "call"))
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	values := []string{"hunter2", `a"b\c'd<e>&f`, "pass word+1/2", "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END KEY-----\n", "abc", "hunter2-long"}
	environment := map[string]string{}
	box := secret.NewBox(t.TempDir(), func(name string) string { return environment[name] })
	for i, v := range values {
		name := fmt.Sprintf("S%d", i)
		environment[name] = v
		box.Add(name, secret.Reference{Env: name})
		if _, err := box.Value(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	quoted, _ := json.Marshal(values[1])
	twice, _ := json.Marshal(string(quoted))
	for _, c := range []struct{ name, text, want string }{
		{"plain", "Access denied for hunter2@db", "Access denied for ***@db"},
		{"the longer of two first", "hunter2-long hunter2", "*** ***"},
		{"JSON", string(quoted), `"***"`},
		{"JSON in JSON", string(twice), `"\"***\""`},
		{"SQL", "WITH ('p' = '" + strings.ReplaceAll(values[1], "'", "''") + "')", "WITH ('p' = '***')"},
		{"URL", "http://h/?p=" + url.QueryEscape(values[2]), "http://h/?p=***"},
		{"a line of a key", "bad key: MIIEvQIBADANBgkqhkiG", "bad key: ***"},
		{"short ones between quotes", "abc 'abc' \"abc\" ?p=abc& abcd", "abc '***' \"***\" ?p=***& abcd"},
		{"nothing", "a text without any", "a text without any"},
	} {
		if got := box.Redact(c.text); got != c.want {
			t.Errorf("%s: %s became %s, want %s", c.name, c.text, got, c.want)
		}
	}
	for _, user := range []string{"u:", "us:", "use:"} {
		header := base64.StdEncoding.EncodeToString([]byte(user + "pass word+1/2" + ";x"))
		if got := box.Redact(header); strings.Contains(decode(got), "word") || !strings.Contains(got, "***") {
			t.Errorf("base64 of %s stays readable: %s", user, got)
		}
	}
}

// decode reads what is left of a base64 text as far as it can be read.
func decode(text string) string {
	var out strings.Builder
	for part := range strings.SplitSeq(text, "***") {
		clear, _ := base64.StdEncoding.DecodeString(part)
		out.Write(clear)
	}
	return out.String()
}
