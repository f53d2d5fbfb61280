package clicks_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/demo/clicks"
)

var update = flag.Bool("update", false, "write the recorded clicks of the example again")

// sampleFile is what the example runs on before anything is fed.
const sampleFile = "../../../examples/traffic/data/clicks/sample.json"

var start = time.Date(2026, 3, 1, 23, 59, 45, 0, time.UTC)

func take(seconds int, s *clicks.Stream) []clicks.Click {
	var all []clicks.Click
	for range seconds {
		all = append(all, s.Next()...)
	}
	return all
}

func TestSameSeedSameClicks(t *testing.T) {
	t.Parallel()
	first := take(600, clicks.NewStream(clicks.Site(), 7, start))
	if !slices.Equal(first, take(600, clicks.NewStream(clicks.Site(), 7, start))) {
		t.Error("the second stream differs")
	}
	if slices.Equal(first, take(600, clicks.NewStream(clicks.Site(), 8, start))) {
		t.Error("another seed gives the same clicks")
	}
}

// TestClicksAreLikeThoseOfASite looks for what the example is about: two days, copies, late and very late clicks.
func TestClicksAreLikeThoseOfASite(t *testing.T) {
	t.Parallel()
	site := clicks.Site()
	copies, late, veryLate := 0, 0, 0
	seen, newest := map[string]bool{}, time.Time{}
	all := take(600, clicks.NewStream(site, 7, start))
	for _, c := range all {
		switch delay := newest.Sub(c.Time); {
		case seen[c.ID]:
			copies++
		case delay > site.Lateness:
			veryLate++
		case delay > time.Second:
			late++
		}
		seen[c.ID] = true
		if c.Time.After(newest) {
			newest = c.Time
		}
	}
	if len(all) < 600*site.PerSecond || copies < 200 || late < 300 || veryLate < 20 {
		t.Errorf("%d clicks, %d copies, %d late, %d very late", len(all), copies, late, veryLate)
	}
	if days := clicks.CountDays(all); len(days) != 2*len(site.Pages) {
		t.Errorf("%d rows for two days of %d pages", len(days), len(site.Pages))
	}
}

// TestSample holds the recorded clicks of the example against the stream they were taken from.
func TestSample(t *testing.T) {
	t.Parallel()
	want := take(10, clicks.NewStream(clicks.Site(), 1, start.Add(10*time.Second)))
	if *update {
		if err := clicks.WriteFile(filepath.Dir(sampleFile), filepath.Base(sampleFile), want); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.Open(sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var got []clicks.Click
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var c clicks.Click
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		got = append(got, c)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the sample differs (-want +got):\n%s", diff)
	}
}

func TestFeedWritesWholeFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := clicks.NewStream(clicks.Site(), 7, start)
	for range 3 {
		if err := clicks.Write(dir, s); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"20260301-235945.json", "20260301-235946.json", "20260301-235947.json"}, names); diff != "" {
		t.Error(diff)
	}
}
