//go:build sick

package cli_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/kafka"
)

// lag is what the test reads of `diagnose lag`.
type lag struct {
	PendingRecords *float64
	Topics         []struct {
		Servers, Topic, Vertex string
		Partitions             int
		PendingRecords         int64
		DeletedUnread          int64
		FlinkPendingRecords    float64
	}
}

// TestSickLag holds what `diagnose lag` says about a job that is behind its topic against what the brokers say about its
// consumer group, which Flink commits for with each checkpoint: before and after, as the job reads on meanwhile.
func TestSickLag(t *testing.T) { //nolint:paralleltest,tparallel // the jobs share the machine
	for _, line := range []release.Line{release.V2_2, release.V1_20} {
		t.Run(line.String(), func(t *testing.T) {
			bed := newSickbed(t, line, t.TempDir())
			t.Cleanup(func() { _, _ = bed.run("target", "down", "local", "--yes") })
			if out, err := bed.run("target", "up", "local"); err != nil {
				t.Fatalf("starting a cluster: %v\n%s", err, out)
			}
			servers := bed.connect(t, line)
			bed.feed(t)
			bed.deploy(t, "behind")
			before := bed.waits(t, servers, math.MaxInt64)
			found := bed.lag(t, "diagnose", "lag", "local/behind")
			foreign := bed.lag(t, "diagnose", "lag", "--rest", bed.address(t), "behind", "--brokers", servers, "--observe", "0s")
			d := bed.diagnose(t, "behind")
			if !d.has("lag") {
				t.Errorf("the report does not say that it is behind: %+v", d)
			}
			t.Logf("report: %+v", d)
			after := bed.waits(t, servers, math.MaxInt64)
			for range 2 { // the first may be of a checkpoint that began before
				after = bed.waits(t, servers, after)
			}
			for _, l := range []lag{found, foreign} {
				if len(l.Topics) != 1 || l.PendingRecords == nil {
					t.Fatalf("lag: %+v", l)
				}
				if told := l.Topics[0]; told.Topic != "clicks" || told.Servers != servers || told.Partitions != 1 || told.PendingRecords > before || told.PendingRecords < after {
					t.Errorf("the group was %d records behind, then %d, but: %+v", before, after, told)
				}
				t.Logf("the group was %d records behind, then %d; lag says %.0f: %+v", before, after, *l.PendingRecords, l.Topics)
			}
		})
	}
}

// waits is how many records the brokers have that the group has not committed, once it is fewer than there were.
func (b *sickbed) waits(t *testing.T, servers string, than int64) int64 {
	t.Helper()
	var last any
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		found, err := kafka.Partitions(t.Context(), kafka.Properties{"bootstrap.servers": servers, "group.id": "behind"}, func(topic string) bool { return topic == "clicks" })
		if last = err; err != nil || len(found) != 1 {
			continue
		}
		p := found[0]
		if last = p; p.Committed >= 0 && p.End-p.Committed < than {
			return p.End - p.Committed
		}
	}
	t.Fatalf("the group commits nothing: %v", last)
	return 0
}

func (b *sickbed) lag(t *testing.T, args ...string) (l lag) {
	t.Helper()
	out, err := b.run(append(args, "--format", "json")...)
	if bad := json.NewDecoder(strings.NewReader(out)).Decode(&l); err != nil || bad != nil {
		t.Fatalf("%v, %v: %s", err, bad, out)
	}
	return l
}

// address is where the JobManager listens.
func (b *sickbed) address(t *testing.T) string {
	t.Helper()
	out, err := b.run("status", "local/behind", "--format", "json")
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_, address, ok := strings.Cut(out, "http://")
	address, _, _ = strings.Cut(address, "/")
	if !ok {
		t.Fatalf("no address in %s", out)
	}
	return "http://" + address
}
