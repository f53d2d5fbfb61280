package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/flink/release"
)

// folder is where a cluster keeps what belongs to it: PROJECT/.autostream/TARGET/LINE.
//
//	spec.json     what to start; written by commands
//	cluster.json  what runs; written by the keeper
//	cluster.lock  held by the keeper for as long as it lives
//	levels.json   log levels that processes begin with; agent.jar is what sees to it
//	used          its time of change is when a command last used the cluster
//	keeper.log    what went wrong with the keeper
//	conf/ log/ tmp/
type folder string

func (f folder) path(parts ...string) string {
	return filepath.Join(append([]string{string(f)}, parts...)...)
}

func (f folder) spec() string      { return f.path("spec.json") }
func (f folder) record() string    { return f.path("cluster.json") }
func (f folder) lock() string      { return f.path("cluster.lock") }
func (f folder) used() string      { return f.path("used") }
func (f folder) keeperLog() string { return f.path("keeper.log") }
func (f folder) levels() string    { return f.path("levels.json") }
func (f folder) conf() string      { return f.path("conf") }
func (f folder) log() string       { return f.path("log") }
func (f folder) tmp() string       { return f.path("tmp") }

// shared is a folder beside those of the releases, for what outlives a cluster: savepoints and checkpoints.
func (f folder) shared(name string) string {
	return filepath.Join(filepath.Dir(filepath.Dir(string(f))), name)
}

// Installation is a Flink on disk and the Java it runs on.
type Installation struct {
	Home      string // absolute
	Version   string // "2.2.1"
	JavaHome  string
	JavaMajor int
}

// spec says how a cluster is to be started.
type spec struct {
	Installation
	Line    release.Line
	Project string
	Slots   int
	Idle    time.Duration
}

// phase is how far a cluster has got.
type phase string

const (
	starting phase = "starting"
	ready    phase = "ready"
	ended    phase = "ended"
)

// record is what the keeper says about its cluster. Readers check it against the processes and never trust it.
type record struct {
	ID      string `json:"id"` // also in the JobManager's configuration, as clusterIDKey
	Phase   phase  `json:"phase"`
	Reason  string `json:"reason,omitempty"` // why it ended
	Version string `json:"flink"`            // "2.2.1"
	Slots   int    `json:"slots"`

	Keeper      proc.ID `json:"keeper"`
	JobManager  proc.ID `json:"jobManager"`
	TaskManager proc.ID `json:"taskManager"`
	Gateway     proc.ID `json:"gateway"`

	RESTPort    int `json:"restPort"`
	RPCPort     int `json:"rpcPort"`
	GatewayPort int `json:"gatewayPort"`

	Since time.Time     `json:"since"` // start of the phase
	Idle  time.Duration `json:"idle"`  // the limit, in nanoseconds
}

// processes lists the JVMs of the cluster.
func (r record) processes() []proc.ID { return []proc.ID{r.Gateway, r.TaskManager, r.JobManager} }

func (r record) rest() string    { return address(r.RESTPort) }
func (r record) gateway() string { return address(r.GatewayPort) }

func address(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }

// readRecord reads cluster.json; false when there is none, or when it is none of ours.
func (f folder) readRecord() (record, bool) {
	var r record
	return r, readJSON(f.record(), &r) == nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}

func writeJSON(path string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(path, append(text, '\n'), 0o600)
}

// touch notes that a command uses the cluster.
func (f folder) touch(now time.Time) error {
	err := os.Chtimes(f.used(), now, now)
	if errors.Is(err, fs.ErrNotExist) {
		return os.WriteFile(f.used(), nil, 0o600)
	}
	return err
}

// lastUse is when a command last used the cluster; the zero time when none has.
func (f folder) lastUse() time.Time {
	entry, err := os.Stat(f.used())
	if err != nil {
		return time.Time{}
	}
	return entry.ModTime()
}
