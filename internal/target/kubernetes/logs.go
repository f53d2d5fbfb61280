package kubernetes

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Logs implements target.Target. Lines of all processes are merged by time; those of a job that has ended are what was
// kept of them.
func (t *Target) Logs(ctx context.Context, id target.JobID, o target.LogOptions, w io.Writer) error {
	r, err := t.known(ctx, id)
	if err != nil {
		return err
	}
	if r.End != nil {
		if err := t.keptLogs(ctx, r, o, w); err != nil || !o.Follow {
			return err
		}
		<-ctx.Done()
		return nil
	}
	if o.Follow {
		return t.follow(ctx, r, o, w)
	}
	lines, err := t.gather(ctx, r, o.Tail)
	if err != nil {
		return err
	}
	return printLines(w, lines)
}

// logLine is one line of a process, with the time at which the container runtime got it.
type logLine struct {
	at    time.Time
	who   string
	text  string
	start container
}

// container is one start of the main container of a pod.
type container struct {
	pod      string // uid
	restarts int    // before it
}

func printLines(w io.Writer, lines []logLine) error {
	for _, l := range lines {
		if _, err := fmt.Fprintf(w, "%s | %s\n", l.who, l.text); err != nil {
			return err
		}
	}
	return nil
}

// gather reads the logs of all pods of a cluster, also of containers that were replaced, and merges them.
func (t *Target) gather(ctx context.Context, r record, tail int) ([]logLine, error) {
	pods, err := t.pods(ctx, r.Cluster)
	if err != nil {
		return nil, err
	}
	var all []logLine
	for _, p := range pods {
		for _, c := range p.Status.Containers {
			if c.Name != mainContainer {
				continue
			}
			for _, previous := range []bool{true, false} {
				if previous && c.Restarts == 0 || !previous && c.State.Waiting != nil && c.Restarts == 0 {
					continue
				}
				start := c.Restarts
				if previous {
					start--
				}
				query := logQuery(tail)
				query.Set("previous", strconv.FormatBool(previous))
				err := t.stream(ctx, p, start, query, func(l logLine) error { all = append(all, l); return nil })
				if err != nil && !api.Answered(err) { // a container that is gone has no log any more
					return nil, err
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b logLine) int { return a.at.Compare(b.at) })
	return all, nil
}

func logQuery(tail int) url.Values {
	query := url.Values{"container": {mainContainer}, "timestamps": {"true"}}
	if tail > 0 {
		query.Set("tailLines", strconv.Itoa(tail))
	}
	return query
}

// stream calls take with each line of the log of one start of a pod's container.
func (t *Target) stream(ctx context.Context, p pod, restarts int, query url.Values, take func(logLine) error) error {
	log, err := t.api.PodLog(ctx, t.Namespace, p.Metadata.Name, query)
	if err != nil {
		return err
	}
	defer log.Close()
	last := logLine{who: role(p), start: container{p.Metadata.UID, restarts}}
	quiet := query.Has("tailLines") || query.Has("sinceTime") // it may begin in the middle of a statement
	for lines := bufio.NewReaderSize(log, 64<<10); ; {
		text, err := lines.ReadString('\n')
		if text != "" {
			stamp, rest, _ := strings.Cut(strings.TrimRight(text, "\r\n"), " ")
			if at, bad := time.Parse(time.RFC3339Nano, stamp); bad == nil {
				last.at, last.text = at, rest
			} else {
				last.text = strings.TrimRight(text, "\r\n")
			}
			last.text, quiet = withoutStatement(last.text, quiet)
			if quiet && last.text == "" {
				continue
			}
			if err := take(last); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// withoutStatement leaves statements out that SqlDriver prints as it runs them: they may hold secrets. printing says
// whether the line before belonged to one.
func withoutStatement(text string, printing bool) (clean string, within bool) {
	switch {
	case strings.HasPrefix(text, prompt):
		return prompt + "…", true
	case printing && strings.HasPrefix(text, promptMore):
		return "", true
	}
	return text, false
}

// Limits of what is kept of the logs of a job that has ended.
const (
	keptLines = 5000    // of each process
	keptBytes = 700_000 // compressed; base64 makes a third more of it
)

// lastLogs are the logs of a job for its record: its pods will be gone. Better none than no record.
func (t *Target) lastLogs(ctx context.Context, r record) []byte {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	lines, err := t.gather(ctx, r, keptLines)
	if err != nil {
		return nil
	}
	for len(lines) > 0 {
		var out bytes.Buffer
		zip := gzip.NewWriter(&out)
		if printLines(zip, lines) != nil || zip.Close() != nil {
			return nil
		}
		if out.Len() <= keptBytes {
			return out.Bytes()
		}
		lines = lines[len(lines)/2:]
	}
	return nil
}

// keptLogs prints what was kept.
func (t *Target) keptLogs(ctx context.Context, r record, o target.LogOptions, w io.Writer) error {
	var m configMap
	if err := t.api.Get(ctx, api.ConfigMaps, t.Namespace, recordName(r.ID), &m); err != nil {
		return err
	}
	if len(m.Binary[logsKey]) == 0 {
		return nil
	}
	zip, err := gzip.NewReader(bytes.NewReader(m.Binary[logsKey]))
	if err != nil {
		return fmt.Errorf("reading the logs of job %s: %w", r.ID, err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		return fmt.Errorf("reading the logs of job %s: %w", r.ID, err)
	}
	if o.Tail > 0 {
		lines := bytes.SplitAfter(text, []byte("\n")) // with an empty one at the end
		text = bytes.Join(lines[max(0, len(lines)-1-o.Tail):], nil)
	}
	_, err = w.Write(text)
	return err
}
