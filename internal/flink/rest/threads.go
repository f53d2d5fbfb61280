package rest

import (
	"context"
	"net/http"
	"strings"
)

// ThreadDump reads the threads of a process, JobManager or the id of a TaskManager, as text of Flink's own form
// (JvmUtils.stringifyThreadInfo). Stacks are cut at cluster.thread-dump.stacktrace-max-depth.
func (c *Client) ThreadDump(ctx context.Context, id string) (string, error) {
	var answer struct {
		Infos []struct {
			Text string `json:"stringifiedThreadInfo"`
		} `json:"threadInfos"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, process(id)+"/thread-dump", nil, &answer); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, i := range answer.Infos {
		b.WriteString(i.Text)
		b.WriteByte('\n')
	}
	return b.String(), nil
}
