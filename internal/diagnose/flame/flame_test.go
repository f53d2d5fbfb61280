package flame_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/diagnose/flame"
	"github.com/autostream/autostream/internal/diagnose/jfr"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

const dump = `"Map (1/2)#0" Id=1 RUNNABLE
	at com.example.Price.eval(Price.java:7)
	at org.apache.flink.Loop.run(Loop.java:1)

"Map (2/2)#0" Id=2 TIMED_WAITING
	at java.lang.Thread.sleep(Native Method)
	at com.example.Price.eval(Price.java:9)
	at org.apache.flink.Loop.run(Loop.java:1)

"Sink; out (1/1)#0" Id=3 WAITING
	at org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailboxImpl.take(TaskMailboxImpl.java:1)

`

func TestProfiles(t *testing.T) {
	t.Parallel()
	d := threads.Parse(dump)
	samples := threads.Samples([]threads.Dump{d, d}, nil)
	for which, want := range map[flame.Which]string{
		flame.CPU:  "Map;org.apache.flink.Loop.run(Loop.java:1);com.example.Price.eval(Price.java:7) 2\n",
		flame.Wait: "Map;org.apache.flink.Loop.run(Loop.java:1);com.example.Price.eval(Price.java:9);java.lang.Thread.sleep(Native Method) 2\n",
		flame.Wall: "Map;org.apache.flink.Loop.run(Loop.java:1);com.example.Price.eval(Price.java:7) 2\n" +
			"Map;org.apache.flink.Loop.run(Loop.java:1);com.example.Price.eval(Price.java:9);java.lang.Thread.sleep(Native Method) 2\n" +
			"Sink, out;org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailboxImpl.take(TaskMailboxImpl.java:1) 2\n",
	} {
		p := flame.Of(samples, which)
		if got := p.Collapsed(); got != want {
			t.Errorf("%s:\n%swant\n%s", which, got, want)
		}
		if p.Seen != 6 {
			t.Errorf("%s: %d samples seen", which, p.Seen)
		}
	}
	v := flame.Of(samples, flame.CPU).Verdict()
	if len(v) != 1 || v[0].Operator != "Map" || v[0].Share != 1 || v[0].What != "runs the job's own code" {
		t.Errorf("verdict: %+v", v)
	}
}

func TestSpeedscope(t *testing.T) {
	t.Parallel()
	p := flame.Of(threads.Samples([]threads.Dump{threads.Parse(dump)}, nil), flame.Wall)
	text, err := p.Speedscope("job")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Shared   struct{ Frames []struct{ Name string } }
		Profiles []struct {
			EndValue int
			Samples  [][]int
			Weights  []int
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Shared.Frames) != 7 || len(file.Profiles) != 1 || file.Profiles[0].EndValue != 3 || len(file.Profiles[0].Samples) != 3 {
		t.Errorf("%s", text)
	}
}

// graph is as Flink's REST interface writes it.
const graph = `{"endTimestamp":1700000000000,"data":{"name":"root","value":10,"children":[
  {"name":"java.lang.Thread.run:829","value":10,"children":[
    {"name":"com.fasterxml.jackson.core.JsonParser.next:12","value":6,"children":[]},
    {"name":"com.example.Price.eval:7","value":3,"children":[]}]}]}}`

func TestParse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want, first string }{
		"collapsed": {"Map;a.b.C.run;com.example.Price.eval(Price.java:7) 3\nno stack\n\nMap;org.rocksdb.RocksDB.get 1\n",
			"Map;a.b.C.run;com.example.Price.eval(Price.java:7) 3\nMap;org.rocksdb.RocksDB.get 1\n", "runs the job's own code"},
		"a graph of Flink": {graph, "java.lang.Thread.run:829 1\njava.lang.Thread.run:829;com.example.Price.eval:7 3\n" +
			"java.lang.Thread.run:829;com.fasterxml.jackson.core.JsonParser.next:12 6\n", "reads or writes JSON"},
	} {
		p, err := flame.Parse(test.text)
		if err != nil || p.Collapsed() != test.want || p.Verdict()[0].What != test.first {
			t.Errorf("%s: %v, %+v\n%s", name, err, p.Verdict(), p.Collapsed())
		}
	}
	for _, text := range []string{"", "hello", "{", "a;b -1", "a;b x"} {
		if _, err := flame.Parse(text); err == nil {
			t.Errorf("%q is a profile", text)
		}
	}
}

func TestDifference(t *testing.T) {
	t.Parallel()
	before, err1 := flame.Parse("Map;a 8\nMap;b 2\n")
	now, err2 := flame.Parse("Map;a 1\nMap;c 3\n")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	d := flame.Difference{Before: before, Now: now}
	if got, want := d.Collapsed(), "Map;a 8 1\nMap;b 2 0\nMap;c 0 3\n"; got != want {
		t.Errorf("collapsed:\n%swant\n%s", got, want)
	}
	want := []flame.Changed{{What: "c", Now: 0.75}, {What: "a", Before: 0.8, Now: 0.25}, {What: "b", Before: 0.2}}
	if diff := cmp.Diff(want, d.Tops(5)); diff != "" {
		t.Errorf("tops (-want +got):\n%s", diff)
	}
	if text, err := d.Page("a job"); err != nil || !strings.Contains(string(text), `"before":10`) {
		t.Errorf("%v: %s", err, text)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	p, err := flame.Parse("Map;a;b 2\nMap;a-b 1\nMap;a;b;</script><b> 1\nSink;a 1\n")
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.Page("a <job>")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), `id="profile">`)
	data, _, _ := strings.Cut(rest, "</script>")
	var page struct {
		Name    string
		Samples int
		Names   []string
		Frames  [][]int
	}
	if err := json.Unmarshal([]byte(data), &page); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	want := [][]int{{1, 0, 4}, {2, 1, 3}, {3, 2, 3}, {4, 3, 1}, {2, 4, 1}, {1, 5, 1}, {2, 1, 1}}
	if diff := cmp.Diff(want, page.Frames); diff != "" || page.Samples != 5 || page.Name != "a <job>" || page.Names[3] != "</script><b>" {
		t.Errorf("%+v\n%s", page, diff)
	}
}

func TestPprof(t *testing.T) {
	t.Parallel()
	p, err := flame.Parse("Map;a;b 2\nMap;a 1\n")
	if err != nil {
		t.Fatal(err)
	}
	packed, err := p.Pprof()
	if err != nil {
		t.Fatal(err)
	}
	again, _ := p.Pprof()
	if !bytes.Equal(packed, again) {
		t.Error("the same profile gives other bytes")
	}
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	// sample_type, two samples with their locations from the innermost on, then locations and functions.
	begin := []byte{0x0a, 4, 8, 1, 16, 2, 0x12, 7, 0x0a, 2, 1, 2, 0x12, 1, 1, 0x12, 8, 0x0a, 3, 3, 1, 2, 0x12, 1, 2, 0x22}
	if !bytes.HasPrefix(text, begin) {
		t.Errorf("% x", text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Map;a 8\nMap;b 2\n")
	f.Add(graph)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10<<10 {
			return
		}
		p, err := flame.Parse(text)
		if err != nil {
			return
		}
		if _, err := p.Page("x"); err != nil {
			t.Error(err)
		}
		if again, err := flame.Parse(p.Collapsed()); p.Samples > 0 && (err != nil || again.Samples != p.Samples) {
			t.Errorf("%d samples, read again %d: %v", p.Samples, again.Samples, err)
		}
	})
}

func TestNothing(t *testing.T) {
	t.Parallel()
	p := flame.Of(nil, flame.CPU)
	if p.Collapsed() != "" || len(p.Verdict()) > 0 || len(p.Tops(3)) > 0 {
		t.Error("a profile of nothing has something")
	}
}

// TestOfRecording counts what ran and what was allocated, each by itself, by operator; threads of no task count together.
func TestOfRecording(t *testing.T) {
	t.Parallel()
	of := func(kind jfr.Kind, thread, class string, weight int64) jfr.Sample {
		return jfr.Sample{Kind: kind, Thread: thread, Class: class, Weight: weight, Frames: []string{"com.example.Price.eval(Price.java:7)", "java.lang.Thread.run(Thread.java:840)"}}
	}
	samples := []jfr.Sample{
		of(jfr.Running, "Map (1/2)#0", "", 1), of(jfr.Running, "Source Data Fetcher for Map (2/2)#3", "", 1), of(jfr.Running, "other job (1/1)#0", "", 1),
		of(jfr.Native, "Map (1/2)#0", "", 1), of(jfr.Running, "kafka-producer-network-thread | producer-1", "", 1),
		of(jfr.Allocation, "Map (1/2)#0", "byte[]", 4096),
	}
	keep := func(operator string) bool { return operator == "Map" }
	cpu := flame.OfRecording(samples, flame.CPU, keep)
	if got := cpu.Collapsed(); cpu.Seen != 4 || got != "(other threads);java.lang.Thread.run(Thread.java:840);com.example.Price.eval(Price.java:7) 1\n"+
		"Map;java.lang.Thread.run(Thread.java:840);com.example.Price.eval(Price.java:7) 2\n" {
		t.Errorf("%d seen:\n%s", cpu.Seen, got)
	}
	if got := flame.OfRecording(samples, flame.Allocation, keep).Collapsed(); got != "Map;java.lang.Thread.run(Thread.java:840);com.example.Price.eval(Price.java:7);byte[] 4096\n" {
		t.Error(got)
	}
}

// TestOneSample makes every kind of output of a single sample.
func TestOneSample(t *testing.T) {
	t.Parallel()
	p, err := flame.Parse("Map;com.example.Price.eval(Price.java:7) 1\n")
	if err != nil {
		t.Fatal(err)
	}
	verdict := p.Verdict()
	if len(verdict) != 1 || verdict[0].Share != 1 || len(p.Tops(3)) != 1 || p.Tree().Samples != 1 {
		t.Errorf("%+v", verdict)
	}
	for name, make := range map[string]func() ([]byte, error){
		"page": func() ([]byte, error) { return p.Page("one") }, "speedscope": func() ([]byte, error) { return p.Speedscope("one") }, "pprof": p.Pprof,
		"difference": func() ([]byte, error) { return flame.Difference{Now: p}.Page("one") },
	} {
		if text, err := make(); err != nil || len(text) == 0 {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
	}
}
