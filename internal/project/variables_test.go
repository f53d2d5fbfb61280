package project_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/project"
)

const shop = `version: 1
name: shop
variables:
  HOST: db
  PORT: 3306
  URL: "jdbc:mysql://${HOST}:${PORT}/${SCHEMA:-shop}?password=${PASSWORD}"
  BLANK: ""
  PASSWORD: {env: DB_PASSWORD}
defaults:
  options: {fs.s3a.secret.key: "${PASSWORD}", plain: "a$${b}c"}
jobs:
  a: {sql: a.sql, parallelism: "${PARALLELISM:-3}"}
environments:
  test: {variables: {HOST: testdb, PASSWORD: {command: [echo, secret-of-test]}}}
  none: {jobs: {a: null}}
`

func TestVariables(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"autostream.yaml": shop, "a.sql": ""})
	environment := map[string]string{"DB_PASSWORD": "s3cret", "AUTOSTREAM_VAR_PORT": "3307", "AUTOSTREAM_VAR_HOST": "elsewhere"}
	getenv := func(name string) string { return environment[name] }
	for _, c := range []struct {
		name           string
		options        project.Options
		text           string
		recorded, live string
	}{
		{"nothing", project.Options{}, "SELECT 1", "SELECT 1", "SELECT 1"},
		{"a value of another", project.Options{}, "'${URL}'",
			"'jdbc:mysql://db:3306/shop?password=${PASSWORD}'", "'jdbc:mysql://db:3306/shop?password=s3cret'"},
		{"from the environment of the process", project.Options{Getenv: getenv}, "${HOST}:${PORT}", "elsewhere:3307", "elsewhere:3307"},
		{"the command line is strongest", project.Options{Getenv: getenv, Variables: map[string]string{"HOST": "flag"}}, "${HOST}:${PORT}", "flag:3307", "flag:3307"},
		{"an environment of the project", project.Options{Environment: "test"}, "${HOST} ${PASSWORD}", "testdb ${PASSWORD}", "testdb secret-of-test"},
		{"a secret by flag stays one", project.Options{Variables: map[string]string{"PASSWORD": "given"}}, "${PASSWORD}", "${PASSWORD}", "given"},
		{"defaults", project.Options{}, "${NONE:-x} ${BLANK:-y} [${BLANK}] ${NONE:-${HOST}} ${NONE:-{\"a\":{}}}", "x y [] db {\"a\":{}}", "x y [] db {\"a\":{}}"},
		{"a secret in a default", project.Options{}, "${NONE:-${PASSWORD}}", "${PASSWORD}", "s3cret"},
		{"escapes", project.Options{}, "$${HOST} $$${HOST} $ {HOST}", "$${HOST} $$${HOST} $ {HOST}", "${HOST} $${HOST} $ {HOST}"},
		{"the folder of the project", project.Options{}, "file://${PROJECT_DIR}/data", "file://" + filepath.ToSlash(dir) + "/data", "file://" + filepath.ToSlash(dir) + "/data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.options.Getenv == nil {
				c.options.Getenv = func(name string) string { return map[string]string{"DB_PASSWORD": "s3cret"}[name] }
			}
			p := load(t, dir, c.options)
			s, findings, err := p.ScriptOf(source.New("x.sql", c.text))
			if err != nil || len(findings) > 0 {
				t.Fatal(findings, err)
			}
			if s.Recorded.Text != c.recorded {
				t.Errorf("recorded %s, want %s", s.Recorded.Text, c.recorded)
			}
			live, err := p.Live(t.Context(), s.Recorded.Text)
			if err != nil || live != c.live {
				t.Errorf("live %s, %v; want %s", live, err, c.live)
			}
		})
	}
}

func TestOptionsKeepSecretsAsReferences(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"autostream.yaml": shop, "a.sql": ""})
	p := load(t, dir, project.Options{Getenv: func(string) string { return "s3cret" }, Variables: map[string]string{"PARALLELISM": "5"}})
	job, _ := p.Job("a")
	want := map[string]string{"fs.s3a.secret.key": "${PASSWORD}", "plain": "a$${b}c"}
	if diff := cmp.Diff(want, job.Options); diff != "" || job.Parallelism != 5 {
		t.Errorf("parallelism %d, options (-want +got):\n%s", job.Parallelism, diff)
	}
	live, err := p.Live(t.Context(), job.Options["plain"])
	if err != nil || live != "a${b}c" {
		t.Errorf("live %q, %v", live, err)
	}
}

func TestEnvironments(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"autostream.yaml": shop, "a.sql": ""})
	if p := load(t, dir, project.Options{Environment: "none"}); len(p.Jobs) != 0 {
		t.Errorf("null leaves the job in: %+v", p.Jobs)
	}
	_, _, err := project.Load(dir, project.Options{Environment: "tset"})
	if fault.KindOf(err) != fault.NotFound || !strings.Contains(fault.FixOf(err), "test") {
		t.Errorf("unknown environment: %v, %s", err, fault.FixOf(err))
	}
}

func TestFindingsReturnToWrittenText(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"autostream.yaml": shop, "a.sql": ""})
	p := load(t, dir, project.Options{})
	s, _, err := p.ScriptOf(source.New("x.sql", "SELECT '${HOST}',\n  '${URL}', bad FROM t"))
	if err != nil {
		t.Fatal(err)
	}
	recorded := s.Recorded.Text
	for _, part := range []string{"bad", "SELECT", "FROM t"} {
		at := strings.Index(recorded, part)
		f := s.Finding(diag.Finding{File: s.Recorded, Span: source.Span{Start: at, End: at + len(part)},
			Fixes: []diag.Fix{{Edits: []diag.Edit{{Span: source.Span{Start: at, End: at + len(part)}}}}}})
		if f.File != s.Written || s.Written.Slice(f.Span) != part || len(f.Fixes) != 1 || s.Written.Slice(f.Fixes[0].Edits[0].Span) != part {
			t.Errorf("%s came back as %q with fixes %+v", part, s.Written.Slice(f.Span), f.Fixes)
		}
	}
	at := strings.Index(recorded, "mysql")
	f := s.Finding(diag.Finding{File: s.Recorded, Span: source.Span{Start: at, End: at + 5},
		Fixes: []diag.Fix{{Edits: []diag.Edit{{Span: source.Span{Start: at, End: at + 5}}}}}})
	if s.Written.Slice(f.Span) != "${URL}" || len(f.Fixes) != 0 {
		t.Errorf("a part of a value came back as %q with fixes %+v", s.Written.Slice(f.Span), f.Fixes)
	}
}

func TestScriptBytes(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"autostream.yaml": shop, "a.sql": "-- ünï\nSELECT '\xe9' AS x;", "bom.sql": "\xef\xbb\xbfSELECT 1", "wide.sql": "\xff\xfeS\x00",
	})
	p := load(t, dir, project.Options{})
	_, findings, err := p.Script("a.sql")
	if err != nil || len(findings) != 1 || findings[0].Name != "sql-not-utf8" || findings[0].File.Position(findings[0].Span.Start) != (source.Position{Line: 2, Column: 9}) {
		t.Errorf("not UTF-8: %v, %+v", err, findings)
	}
	if _, findings, _ := p.Script("wide.sql"); len(findings) != 1 || !strings.Contains(findings[0].Help, "UTF-16") {
		t.Errorf("UTF-16: %+v", findings)
	}
	if s, findings, err := p.Script("bom.sql"); err != nil || len(findings) > 0 || s.Recorded.Text != "SELECT 1" {
		t.Errorf("byte order mark: %v %v", findings, err)
	}
	if _, _, err := p.Script("none.sql"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("missing script: %v", err)
	}
}

// TestLargeScript renders 10 MB with a reference in every line and comment; work that grows with the square of the size
// would not end.
func TestLargeScript(t *testing.T) {
	t.Parallel()
	const line = "INSERT INTO t SELECT '${HOST}', x FROM s; -- ${UNUSED} and more text to make the line as long as others\n"
	dir := folder(t, map[string]string{"autostream.yaml": shop, "a.sql": strings.Repeat(line, 10<<20/len(line))})
	p := load(t, dir, project.Options{})
	s, findings, err := p.Script("a.sql")
	if err != nil || len(findings) > 0 {
		t.Fatal(len(findings), err)
	}
	last := len(s.Recorded.Text) - 3
	if got := s.Origin(source.Span{Start: last, End: last + 2}); s.Written.Slice(got) != s.Recorded.Text[last:last+2] {
		t.Errorf("the last characters came back as %q", s.Written.Slice(got))
	}
}

func TestBare(t *testing.T) {
	t.Parallel()
	p, err := project.Bare(t.TempDir(), project.Options{Variables: map[string]string{"A": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	const text = "SELECT ${A}, '${B}', '${', '$${C}'"
	s, findings, err := p.ScriptOf(source.New("x.sql", text))
	if err != nil || len(findings) > 0 || s.Recorded.Text != "SELECT 1, '${B}', '${', '$${C}'" {
		t.Errorf("recorded %q, findings %v, error %v", s.Recorded.Text, findings, err)
	}
	if live, err := p.Live(t.Context(), s.Recorded.Text); err != nil || live != s.Recorded.Text {
		t.Errorf("live %q, %v", live, err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"autostream.yaml": shop, "jobs/deep/a.sql": ""})
	if got, err := project.Find(filepath.Join(dir, "jobs", "deep")); err != nil || got != dir {
		t.Errorf("Find = %s, %v; want %s", got, err, dir)
	}
	if _, err := project.Find(t.TempDir()); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no project: %v", err)
	}
	if _, _, err := project.Load(filepath.Join(dir, "jobs"), project.Options{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Load of another folder: %v", err)
	}
}

// FuzzLoad holds the reader to its promises for any bytes: no panic, it ends, and positions lie inside the file.
func FuzzLoad(f *testing.F) {
	cases, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range cases {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(contract)
	f.Add(shop)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10<<10 {
			return
		}
		if err := os.WriteFile(filepath.Join(dir, "autostream.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, findings, err := project.Load(dir, project.Options{})
		if err != nil {
			t.Skip(err)
		}
		for _, f := range findings {
			if f.Span.Start < 0 || f.Span.End < f.Span.Start || f.Span.End > len(f.File.Text) {
				t.Errorf("%s %q lies at %v of %d bytes", f.Rule, f.Message, f.Span, len(f.File.Text))
			}
		}
	})
}
