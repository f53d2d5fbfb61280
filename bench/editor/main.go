// Command editor measures the language server on a made-up project of a thousand jobs, as an editor sees it:
//
//	go run ./bench/editor [-jobs 1000] bin/autostream
//
// It types into one job, asks for completion, and reads how much memory the server has. The limits are those of a calm machine.
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	jobs := flag.Int("jobs", 1000, "jobs of the project")
	edits := flag.Int("edits", 200, "edits that are measured")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: editor [-jobs N] [-edits N] AUTOSTREAM")
		os.Exit(2)
	}
	kept, err := measure(flag.Arg(0), *jobs, *edits)
	if err != nil {
		fmt.Fprintln(os.Stderr, "editor:", err)
	}
	if err != nil || !kept {
		os.Exit(1)
	}
}

// measure prints the figures and says whether all limits are kept.
func measure(program string, jobs, edits int) (kept bool, err error) {
	dir, err := os.MkdirTemp("", "autostream-editor-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // systems clear their temporary folders
	if err := generate(dir, jobs); err != nil {
		return false, err
	}
	program, err = filepath.Abs(program)
	if err != nil {
		return false, err
	}
	e, err := start(context.Background(), program, dir)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, e.end()) }()
	kept = true
	report := func(name string, measured, limit float64, unit string) {
		verdict := "kept"
		if measured > limit {
			verdict, kept = "BROKEN", false
		}
		fmt.Printf("%-44s %8.1f of %6.0f %-3s %s\n", name, measured, limit, unit, verdict)
	}
	opened, err := e.open()
	if err != nil {
		return false, err
	}
	report(fmt.Sprintf("opening a project of %d jobs", jobs), milliseconds(opened), 1500, "ms")
	var judging, completing []time.Duration
	for i := range edits {
		d, err := e.edit(i)
		if err != nil {
			return false, err
		}
		judging = append(judging, d)
		if d, err = e.complete(); err != nil {
			return false, err
		}
		completing = append(completing, d)
	}
	report("edit to diagnostics, 95th percentile", milliseconds(percentile(judging, 95)), 50, "ms")
	report("completion, 95th percentile", milliseconds(percentile(completing, 95)), 30, "ms")
	found, err := e.references()
	if err != nil {
		return false, err
	}
	fmt.Printf("%-44s %8.1f ms\n", "first references through all jobs", milliseconds(found))
	time.Sleep(silence)
	judging = judging[:0]
	for i := range edits {
		d, err := e.edit(edits + i)
		if err != nil {
			return false, err
		}
		judging = append(judging, d)
	}
	report("with rules about the project, 95th percentile", milliseconds(percentile(judging, 95)), 50, "ms")
	memory, err := e.memory()
	if err != nil {
		return false, err
	}
	report("memory, all jobs read", memory, 500, "MB")
	return kept, nil
}

// silence is how long nothing is typed, so that the server has read what rules about the whole project need.
const silence = 10 * time.Second

func percentile(all []time.Duration, p int) time.Duration {
	slices.Sort(all)
	return all[min(len(all)-1, len(all)*p/100)]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// generate writes a project: a shared table for every ten jobs, and jobs with a join, a window and an aggregation.
func generate(dir string, jobs int) error {
	var project strings.Builder
	project.WriteString("version: 1\nname: large\ntables: [tables/*.sql]\njobs:\n")
	for _, folder := range []string{"jobs", "tables"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			return err
		}
	}
	for i := range jobs / 10 {
		text := fmt.Sprintf("CREATE TABLE events_%d (\n  id BIGINT, name STRING, amount DECIMAL(10, 2), ts TIMESTAMP(3),\n  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND\n"+
			") WITH ('connector' = 'kafka', 'topic' = 'events_%d', 'properties.bootstrap.servers' = 'k:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');\n", i, i)
		if err := os.WriteFile(filepath.Join(dir, "tables", fmt.Sprintf("t%04d.sql", i)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	for i := range jobs {
		fmt.Fprintf(&project, "  job_%d: {sql: jobs/job_%d.sql}\n", i, i)
		if err := os.WriteFile(filepath.Join(dir, "jobs", fmt.Sprintf("job_%d.sql", i)), []byte(job(i, jobs)), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "autostream.yaml"), []byte(project.String()), 0o644)
}

func job(i, jobs int) string {
	a, b := i/10, (i/10+1)%(jobs/10)
	return fmt.Sprintf("SET 'table.exec.state.ttl' = '36 h';\nCREATE TABLE sink_%d (\n  name STRING, minute_start TIMESTAMP(3), n BIGINT, total DECIMAL(38, 2)\n"+
		") WITH ('connector' = 'kafka', 'topic' = 'sink_%d', 'properties.bootstrap.servers' = 'k:9092', 'format' = 'json');\n"+
		"CREATE VIEW joined_%d AS\nSELECT a.name, a.amount, b.id AS other, a.ts\nFROM events_%d AS a JOIN events_%d AS b\nON a.id = b.id AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' HOUR;\n"+
		"INSERT INTO sink_%d\nSELECT name, window_start, COUNT(*), SUM(amount)\nFROM TABLE(TUMBLE(TABLE joined_%d, DESCRIPTOR(ts), INTERVAL '1' MINUTE))\nGROUP BY name, window_start, window_end;\n", i, i, i, a, b, i, i)
}

// editor is a client of the server.
type editor struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	uri     string
	text    string
	version int
	id      int
	began   time.Time
}

func start(ctx context.Context, program, dir string) (*editor, error) {
	cmd := exec.CommandContext(ctx, program, "lsp")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := cmp.Or(err1, err2); err != nil {
		return nil, err
	}
	e := &editor{cmd: cmd, in: in, out: bufio.NewReader(out), uri: "file://" + filepath.ToSlash(filepath.Join(dir, "jobs", "job_7.sql")), text: job(7, 1000), began: time.Now()}
	return e, cmd.Start()
}

type object = map[string]any

func (e *editor) send(m object) error {
	m["jsonrpc"] = "2.0"
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(text), text)
	return err
}

// await reads messages until one is wanted.
func (e *editor) await(wanted func(object) bool) error {
	for {
		length := 0
		for {
			line, err := e.out.ReadString('\n')
			if err != nil {
				return err
			}
			if line = strings.TrimSpace(line); line == "" {
				break
			}
			if n, ok := strings.CutPrefix(line, "Content-Length: "); ok {
				length, _ = strconv.Atoi(n)
			}
		}
		text := make([]byte, length)
		if _, err := io.ReadFull(e.out, text); err != nil {
			return err
		}
		var m object
		if err := json.Unmarshal(text, &m); err != nil {
			return err
		}
		if m["error"] != nil {
			return fmt.Errorf("the server says %v", m["error"])
		}
		if wanted(m) {
			return nil
		}
	}
}

func diagnosed(m object) bool { return m["method"] == "textDocument/publishDiagnostics" }

func (e *editor) request(method string, params object) (time.Duration, error) {
	e.id++
	began := time.Now()
	if err := e.send(object{"id": e.id, "method": method, "params": params}); err != nil {
		return 0, err
	}
	err := e.await(func(m object) bool { return m["id"] == float64(e.id) })
	return time.Since(began), err
}

// open is the time from the start of the process to the first diagnostics.
func (e *editor) open() (time.Duration, error) {
	if _, err := e.request("initialize", object{}); err != nil {
		return 0, err
	}
	e.version = 1
	err := errors.Join(e.send(object{"method": "initialized", "params": object{}}),
		e.send(object{"method": "textDocument/didOpen", "params": object{"textDocument": object{"uri": e.uri, "languageId": "sql", "version": 1, "text": e.text}}}),
		e.await(diagnosed))
	return time.Since(e.began), err
}

// edit types a character into the query, or takes it back.
func (e *editor) edit(i int) (time.Duration, error) {
	line := strings.Count(e.text[:strings.Index(e.text, "SELECT name")], "\n")
	from, to, text := 11, 11, "x"
	if i%2 == 1 {
		to, text = 12, ""
	}
	e.version++
	began := time.Now()
	err := e.send(object{"method": "textDocument/didChange", "params": object{
		"textDocument":   object{"uri": e.uri, "version": e.version},
		"contentChanges": []any{object{"range": object{"start": object{"line": line, "character": from}, "end": object{"line": line, "character": to}}, "text": text}}}})
	err = errors.Join(err, e.await(diagnosed))
	return time.Since(began), err
}

func (e *editor) complete() (time.Duration, error) {
	line := strings.Count(e.text[:strings.Index(e.text, "SELECT name")], "\n")
	return e.request("textDocument/completion", object{"textDocument": object{"uri": e.uri}, "position": object{"line": line, "character": 7}})
}

func (e *editor) references() (time.Duration, error) {
	at := strings.Index(e.text, "events_0 AS a")
	line := strings.Count(e.text[:at], "\n")
	return e.request("textDocument/references", object{"textDocument": object{"uri": e.uri}, "position": object{"line": line, "character": 6}, "context": object{"includeDeclaration": true}})
}

// memory is what the server occupies, in megabytes; only Linux tells.
func (e *editor) memory() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", e.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kb / 1000, err
		}
	}
	return 0, errors.New("the system does not tell how much memory a process has")
}

func (e *editor) end() error {
	_, err := e.request("shutdown", nil)
	return errors.Join(err, e.send(object{"method": "exit"}), e.cmd.Wait())
}
