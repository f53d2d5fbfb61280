package kubernetes

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// fresh is how old what a JobManager says about pods may be: it asks for those that it lacks every three seconds
// (resourcemanager.start-worker.retry-interval).
const fresh = 30 * time.Second

// ordinary is how long the TaskManagers of a job that was just started are missing anyway.
const ordinary = 10 * time.Second

// said is how many lines of a JobManager's log are looked at.
const said = 300

// hindrance explains why a cluster whose JobManager runs lacks TaskManagers; "" when that is not known. A pod says it while it
// is there; the JobManager removes those that ended, and alone hears from the API server why it makes none.
func (t *Target) hindrance(ctx context.Context, r record) string {
	pods, err := t.pods(ctx, r.Cluster)
	if err != nil {
		return ""
	}
	var manager string
	for _, p := range pods {
		if role(p) == jobManagerRole {
			manager = p.Metadata.Name
			continue
		}
		if l := t.judge(ctx, p); l.reason != "" {
			return l.line()
		}
	}
	query := url.Values{"container": {mainContainer}, "sinceSeconds": {strconv.Itoa(int(fresh.Seconds()))}, "tailLines": {strconv.Itoa(said)}}
	log, err := t.api.PodLog(ctx, t.Namespace, manager, query)
	if err != nil {
		return ""
	}
	defer log.Close()
	return complaint(log).line()
}

// line is the reason with the way out.
func (l look) line() string {
	if l.fix == "" {
		return l.reason
	}
	return l.reason + "; " + l.fix
}

// complaint finds in the log of a JobManager what it says last of pods that are refused (KubernetesClientException) or that
// ended (ActiveResourceManager.onWorkerTerminated, KubernetesPod.getTerminatedDiagnostics).
func complaint(log io.Reader) (newest look) {
	for lines := bufio.NewScanner(log); lines.Scan(); {
		line := lines.Text()
		if _, message, ok := strings.Cut(line, " is forbidden: "); ok && strings.Contains(line, "pods \"") {
			message, _, _ = strings.Cut(message, ". Received status:")
			newest = notAdmitted(message)
		}
		if before, after, ok := strings.Cut(line, " is terminated. Diagnostics: "); ok {
			_, name, _ := strings.Cut(before, "Worker ")
			newest = terminated(name, after)
		}
	}
	return newest
}

// terminated explains "Pod terminated, container termination statuses: [flink-main-container(exitCode=137, reason=OOMKilled, …".
func terminated(worker, diagnostics string) look {
	if at := strings.Index(worker, "-"+taskManagerRole+"-"); at >= 0 {
		worker = worker[at+1:]
	}
	worker, _, _ = strings.Cut(worker, "(") // which node it was on
	_, text, _ := strings.Cut(diagnostics, "exitCode=")
	text, _, _ = strings.Cut(text, ",")
	code, err := strconv.Atoi(text)
	switch {
	case strings.Contains(diagnostics, "reason=OOMKilled"):
		return tooLarge(worker)
	case err != nil || code == 0:
		return look{}
	}
	return look{reason: fmt.Sprintf("%s ended with code %d", worker, code)}
}
