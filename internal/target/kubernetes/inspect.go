package kubernetes

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// look is what Kubernetes makes of a Flink cluster whose JobManager does not answer.
type look struct {
	reason   string // one line; "" when nothing is wrong so far
	fix      string
	hopeless bool // it will not come up without somebody changing something
}

// inspect looks at the pods of a cluster. NotFound means that somebody took the Deployment away.
func (t *Target) inspect(ctx context.Context, r record) (look, error) {
	var d deployment
	err := t.api.Get(ctx, api.Deployments, t.Namespace, r.Cluster, &d)
	switch {
	case api.Gone(err):
		return t.unmade(ctx, r)
	case err != nil:
		return look{}, err
	}
	for _, c := range d.Status.Conditions {
		if c.Type == "ReplicaFailure" && c.Status == "True" {
			return notAdmitted(c.Message), nil
		}
	}
	pods, err := t.pods(ctx, r.Cluster)
	if err != nil {
		return look{}, err
	}
	for _, p := range pods {
		if l := t.judge(ctx, p); l.reason != "" {
			return l, nil
		}
	}
	return look{}, nil
}

// takenAway is what is left of a cluster whose Deployment somebody removed: its pods end before the job is gone.
func (t *Target) takenAway(ctx context.Context, r record) (look, error) {
	pods, err := t.pods(ctx, r.Cluster)
	if err == nil && len(pods) == 0 {
		err = t.unknown(r.ID)
	}
	return look{reason: "its Deployment was taken away, and its pods are ending", hopeless: true}, err
}

func (t *Target) pods(ctx context.Context, cluster string) ([]pod, error) {
	return api.List[pod](ctx, t.api, api.Pods, t.Namespace, labelApp+"="+cluster+","+labelType+"="+nativeType)
}

// notAdmitted explains a pod that the API server refused to make.
func notAdmitted(message string) look {
	_, after, ok := strings.Cut(message, "forbidden: ")
	if ok {
		message = after
	}
	l := look{reason: "its pods are refused: " + message, hopeless: true}
	if strings.HasPrefix(message, "exceeded quota") {
		l.fix = "ask for less with resources: of the job, or have the quota of the namespace raised"
	}
	return l
}

// judge explains what keeps a pod from running.
func (t *Target) judge(ctx context.Context, p pod) look {
	if p.Metadata.Deleted != nil {
		return look{}
	}
	who := role(p)
	if p.Status.Reason == "Evicted" {
		return look{reason: fmt.Sprintf("%s was evicted: %s", who, p.Status.Message)}
	}
	for _, c := range p.Status.Conditions {
		if c.Type == "PodScheduled" && c.Status == "False" {
			return look{reason: fmt.Sprintf("%s waits for a node: %s", who, c.Message), fix: "kubectl describe pod " + p.Metadata.Name}
		}
	}
	for _, c := range append(p.Status.Init, p.Status.Containers...) {
		if l := t.judgeContainer(ctx, p, c); l.reason != "" {
			return l
		}
	}
	return look{}
}

func (t *Target) judgeContainer(ctx context.Context, p pod, c containerStatus) look {
	who := role(p)
	if w := c.State.Waiting; w != nil {
		switch w.Reason {
		case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError":
			return look{
				reason: fmt.Sprintf("image %s of %s cannot be had: %s", t.Image, who, w.Message), hopeless: w.Reason != "ErrImagePull",
				fix: "correct image: of the target, or give its service account the registry's credentials",
			}
		case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
			return look{reason: fmt.Sprintf("%s cannot start: %s", who, w.Message)}
		}
	}
	ended := c.State.Terminated
	if ended == nil {
		ended = c.Last.Terminated
	}
	if ended == nil || ended.ExitCode == 0 || c.Ready {
		return look{}
	}
	l := look{hopeless: c.Restarts >= 2 && who == jobManagerRole}
	switch ended.Reason {
	case "OOMKilled":
		killed := tooLarge(who)
		l.reason, l.fix = killed.reason, killed.fix
	default:
		l.reason = fmt.Sprintf("%s ended with code %d", who, ended.ExitCode)
		if words := t.lastWords(ctx, p, c); words != "" {
			l.reason += ": " + words
		}
	}
	if c.Restarts > 0 {
		l.reason += fmt.Sprintf(" (%d restarts)", c.Restarts)
	}
	return l
}

// tooLarge is a process that the kernel ended.
func tooLarge(who string) look {
	l := look{
		reason: fmt.Sprintf("%s was killed because it used more memory than it has (OOMKilled)", who),
		fix:    "give it more with resources: {taskManager: {memory: …}}",
	}
	if who == jobManagerRole {
		l.fix = "give it more with resources: {jobManager: {memory: …}}"
	}
	return l
}

// role is how a pod is called: "jobmanager", "taskmanager-1-2".
func role(p pod) string {
	if p.Metadata.Labels[labelComponent] == jobManagerRole {
		return jobManagerRole
	}
	return strings.TrimPrefix(p.Metadata.Name, p.Metadata.Labels[labelApp]+"-")
}

// lastWords finds out from a container's log why it ended: its last exception, or its last error, or its last line.
func (t *Target) lastWords(ctx context.Context, p pod, c containerStatus) string {
	query := url.Values{"container": {c.Name}, "tailLines": {"200"}}
	if c.State.Terminated == nil {
		query.Set("previous", "true")
	}
	log, err := t.api.PodLog(ctx, t.Namespace, p.Metadata.Name, query)
	if err != nil {
		return ""
	}
	defer log.Close()
	return wordsOf(log)
}

// wordsOf reads the line that matters out of the end of a log.
func wordsOf(log io.Reader) string {
	var last, failure string
	var trace []string // below the newest failure
	for lines := bufio.NewScanner(log); lines.Scan(); {
		line := lines.Text()
		switch {
		case strings.Contains(line, " ERROR ") || strings.Contains(line, " FATAL ") || strings.Contains(line, "Exception in thread"):
			failure, trace = line, nil
			if _, message, ok := strings.Cut(line, "Exception in thread \"main\" "); ok {
				trace = []string{message}
			}
		case failure != "" && (strings.HasPrefix(line, "\tat ") || strings.HasPrefix(line, "Caused by: ") || len(trace) == 0 && !startsWithDate(line)):
			trace = append(trace, line)
		}
		if strings.TrimSpace(line) != "" && !slices.Contains(launcher, line) {
			last = line
		}
	}
	if root := throwable.Parse(strings.Join(trace, "\n")).Root(); root != "" {
		return root
	}
	if _, message, ok := strings.Cut(failure, " - "); ok {
		return message
	}
	return strings.TrimSpace(last)
}

// launcher is what java says behind the reason for which it did not start.
var launcher = []string{"Error: Could not create the Java Virtual Machine.", "Error: A fatal exception has occurred. Program will exit."}

// startsWithDate says whether a line is the first of an entry of a log.
func startsWithDate(line string) bool { return len(line) > 4 && line[0] == '2' && line[4] == '-' }
