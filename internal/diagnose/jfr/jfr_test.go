package jfr_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/diagnose/jfr"
)

// recording is of a JVM 17 whose thread "Map[1] -> Sink (2/4)#0" calculated and allocated for 1.5 seconds.
func recording(t testing.TB) []byte {
	t.Helper()
	f, err := os.Open("testdata/two.jfr.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zip, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestParse(t *testing.T) {
	t.Parallel()
	samples, err := jfr.Parse(recording(t))
	if err != nil {
		t.Fatal(err)
	}
	times, bytes := map[jfr.Kind]int{}, int64(0)
	for _, s := range samples {
		if s.Thread != "Map[1] -> Sink (2/4)#0" {
			continue
		}
		times[s.Kind]++
		switch stack := strings.Join(s.Frames, " < "); {
		case s.Kind == jfr.Running && !strings.Contains(stack, "(Hot.java:"):
			t.Errorf("a stack of other code: %s", stack)
		case s.Kind == jfr.Allocation && strings.HasPrefix(stack, "Hot.alloc(Hot.java:5) < Hot.lambda$main$0(Hot.java:7)"):
			if s.Class != "byte[]" {
				t.Errorf("it allocated %s", s.Class)
			}
			bytes += s.Weight
		}
	}
	// As `jfr summary` of the JDK counts them, less those of other threads.
	if times[jfr.Running] == 0 || times[jfr.Allocation] == 0 || bytes < 1<<20 {
		t.Errorf("%v samples, %d bytes", times, bytes)
	}
}

// TestCutOff reads as much as there is of a recording that is still written, and says so when there is nothing.
func TestCutOff(t *testing.T) {
	t.Parallel()
	whole := recording(t)
	all, err := jfr.Parse(bytes.Repeat(whole, 2))
	if err != nil {
		t.Fatal(err)
	}
	one, err := jfr.Parse(append(bytes.Clone(whole), whole[:len(whole)/2]...))
	if err != nil || 2*len(one) != len(all) {
		t.Errorf("%d samples of a chunk and a half, %d of two: %v", len(one), len(all), err)
	}
	for _, text := range [][]byte{nil, []byte("FLR"), []byte(strings.Repeat("x", 100)), whole[:80]} {
		if _, err := jfr.Parse(text); err == nil {
			t.Errorf("%d bytes are a recording", len(text))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(recording(f))
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = jfr.Parse(text) })
}
