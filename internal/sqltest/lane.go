package sqltest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
)

// lane is the cases of one plan in a job that runs. Where tasks start again between cases, its folder has a folder for each of
// them, and autostream.sqltest.Chain (sdk/java) tells by files how far it is: "done" in the folder of a case, and an "opened-"
// for each time that a sink began with it.
type lane struct {
	folder  string
	chained bool
	sinks   int
	folders []string // of the cases
	results []Result // of the cases
}

// newLane lays out the files of cases.
func newLane(folder string, cases Lane, chained bool) (*lane, error) {
	l := &lane{folder: folder, chained: chained, results: make([]Result, len(cases))}
	for i, c := range cases {
		own := folder
		if chained {
			own = filepath.Join(folder, strconv.Itoa(i))
		}
		l.folders = append(l.folders, own)
		l.results[i].Case = c
		if err := c.lay(own); err != nil {
			return nil, fmt.Errorf("writing the rows of a test: %w", err)
		}
	}
	return l, l.link(1) // the planner wants to know whether the sources end
}

// link tells the connector how many cases and sinks there are.
func (l *lane) link(sinks int) error {
	l.sinks = sinks
	if !l.chained {
		return nil
	}
	return atomicfile.Write(filepath.Join(l.folder, "chain"), fmt.Appendf(nil, "%d %d", len(l.folders), sinks), 0o600)
}

// fail gives the cases that have no error yet one.
func (l *lane) fail(err error) {
	for i := range l.results {
		if l.results[i].Err == nil {
			l.results[i].Err = err
		}
	}
}

// reached is how many cases are done, as far as that can be seen: only in a chained lane.
func (l *lane) reached() int {
	n := 0
	for l.chained && n < len(l.folders) {
		if _, err := os.Stat(filepath.Join(l.folders[n], "done")); err != nil {
			break
		}
		n++
	}
	return n
}

// errNotReached says that a lane broke before it came to the case.
var errNotReached = errors.New("the lane broke before")

// broken says what a failure of the job means: the cases that were done are done.
func (l *lane) broken(failure error) error {
	if !l.chained {
		l.fail(failure)
		return nil
	}
	done := l.reached()
	if err := l.collect(); err != nil {
		return err
	}
	l.blame(done, failure)
	return nil
}

// blame gives the case that ran an error, and one to those behind it.
func (l *lane) blame(running int, failure error) {
	for i := running; i < len(l.results); i++ {
		switch r := &l.results[i]; {
		case r.Err != nil:
		case i == running:
			r.Err = failure
		default:
			r.Err = errNotReached
		}
	}
}

// allGiven reports whether the last rows of cases whose sources stay open have gone all the way.
func (l *lane) allGiven() bool {
	for i, r := range l.results {
		last := filepath.Join(l.folders[i], fmt.Sprintf("step-%d", len(r.Case.steps)-1))
		if _, err := os.Stat(last); err != nil || !r.Case.hold {
			return false
		}
	}
	return true
}

// late compares what was seen in time.
func (l *lane) late(patience time.Duration) error {
	done := l.reached()
	if err := l.collect(); err != nil {
		return err
	}
	for i := done; i < len(l.results); i++ {
		r := &l.results[i]
		switch {
		case r.Err != nil:
		case l.chained && i > done:
			r.Err = errNotReached
		case len(r.Differences) > 0 || !r.Case.hold:
			r.TimedOut = patience
		}
	}
	return nil
}

// errRepeated says that Flink ran a case twice, after a failure that came from elsewhere: what arrived is then there twice.
var errRepeated = &refusal{message: "the job of the test failed and was started again"}

// collect compares what arrived with what was expected.
func (l *lane) collect() error {
	for i := range l.results {
		r := &l.results[i]
		r.Differences = nil
		if r.Err != nil {
			continue
		}
		if opened, err := filepath.Glob(filepath.Join(l.folders[i], "opened-*")); err == nil && l.chained && len(opened) > l.sinks {
			r.Err = errRepeated
			continue
		}
		for n, e := range r.Case.Expect {
			rows, err := arrived(l.folders[i], resultID(r.Case, n), e)
			if err != nil {
				return err
			}
			if d := e.compare(rows); d != nil {
				r.Differences = append(r.Differences, d)
			}
		}
	}
	return nil
}
