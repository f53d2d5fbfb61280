// What scripts about the examples need: a copy of an example, its jar, and its right results computed a second time.

package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/autostream/autostream/internal/demo/clicks"
)

// example is `example NAME`: a copy of the example as a clean checkout has it, on the release under test.
func example(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: example NAME")
	}
	from, to := filepath.Join("..", "..", "examples", args[0]), ts.MkAbs(args[0])
	ts.Check(filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{".autostream", "build", "libs"}, entry.Name()) {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if rel == "autostream.yaml" {
			text = bytes.Replace(text, []byte(`flink: "2.2"`), []byte(fmt.Sprintf("flink: %q", ts.Getenv("FLINK"))), 1)
		}
		return os.WriteFile(filepath.Join(to, rel), text, 0o644)
	}))
}

// taxJar is `taxjar`: builds libs/tax.jar of the example orders, in whose folder the script is, as its README says.
func taxJar(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: taxjar")
	}
	homes, err := filepath.Glob(filepath.Join(ts.Getenv("XDG_CACHE_HOME"), "autostream", "flink", ts.Getenv("FLINK")+".*", "lib"))
	if err != nil || len(homes) == 0 {
		ts.Fatalf("no Flink %s is installed: %v", ts.Getenv("FLINK"), err)
	}
	ts.Check(os.MkdirAll(ts.MkAbs("libs"), 0o755))
	for _, command := range [][]string{
		{"javac", "--release", "11", "-cp", filepath.Join(homes[0], "*"), "-d", "build", "udf/com/example/orders/WithoutTax.java"},
		{"jar", "cf", "libs/tax.jar", "-C", "build", "."},
	} {
		if home := ts.Getenv("JAVA_HOME"); home != "" {
			command[0] = filepath.Join(home, "bin", command[0])
		}
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Dir = ts.MkAbs(".")
		if out, err := cmd.CombinedOutput(); err != nil {
			ts.Fatalf("%s: %v\n%s", command[0], err, out)
		}
	}
}

// final is `final FILE`: writes into a file what the rows on stdout, as `preview --format json` prints them, add up to,
// one row a line, sorted.
func final(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: final FILE")
	}
	rows := map[string]int{}
	for text := range strings.Lines(ts.ReadFile("stdout")) {
		var line struct {
			Kind string          `json:"kind"`
			Row  json.RawMessage `json:"row"`
		}
		ts.Check(json.Unmarshal([]byte(text), &line))
		if strings.HasPrefix(line.Kind, "+") {
			rows[string(line.Row)]++
		} else {
			rows[string(line.Row)]--
		}
	}
	var out bytes.Buffer
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		if rows[row] < 0 {
			ts.Fatalf("row %s was taken back more often than given", row)
		}
		for range rows[row] {
			fmt.Fprintln(&out, row)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o644))
}

// pageViews is `pageviews FOLDER FILE`: counts the clicks of a folder by a way of its own and writes the rows that the job
// pv_uv of the example traffic must have, as final does. $CHANGES becomes the number of changes that lead there: the first
// click of a row inserts it, each later one takes it back and gives the next.
func pageViews(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: pageviews FOLDER FILE")
	}
	files, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*.json"))
	ts.Check(err)
	var all []clicks.Click
	for _, name := range files {
		text, err := os.ReadFile(name)
		ts.Check(err)
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			var c clicks.Click
			ts.Check(json.Unmarshal(lines.Bytes(), &c))
			all = append(all, c)
		}
	}
	var rows []string
	changes := 0
	for _, v := range clicks.CountDays(all) {
		changes += 2*int(v.Views) - 1
		rows = append(rows, fmt.Sprintf(`{"day":%q,"page":%q,"pv":%d,"uv":%d}`, v.Day, v.Page, v.Views, v.Users))
	}
	slices.Sort(rows)
	ts.Setenv("CHANGES", strconv.Itoa(changes))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(rows, "\n")+"\n"), 0o644))
}

// printedRow is a row as the print sink of pv_uv writes it, with the subtask before it where there are several.
var printedRow = regexp.MustCompile(`\+[IU]\[([^,\]]+), ([^,\]]+), (\d+), (\d+)\]`)

// printed is `printed PERIOD FILE COMMAND…`: runs the command until the rows of the print sink of pv_uv in its output add
// up to those in the file.
func printed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: printed PERIOD FILE COMMAND…")
	}
	period, err := time.ParseDuration(args[0])
	ts.Check(err)
	want := ts.ReadFile(args[1])
	for deadline := time.Now().Add(period); ; time.Sleep(500 * time.Millisecond) {
		err := ts.Exec(args[2], args[3:]...)
		newest := map[string]string{}
		for _, m := range printedRow.FindAllStringSubmatch(ts.ReadFile("stdout"), -1) {
			newest[m[1]+m[2]] = fmt.Sprintf(`{"day":%q,"page":%q,"pv":%s,"uv":%s}`, m[1], m[2], m[3], m[4])
		}
		got := strings.Join(slices.Sorted(maps.Values(newest)), "\n") + "\n"
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("after %s the rows are\n%sand not\n%s(last error: %v)", period, got, want, err)
		}
	}
}
