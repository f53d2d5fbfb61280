package api

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// The channels of a command in a pod.
const (
	stdinChannel  = 0
	stdoutChannel = 1
	stderrChannel = 2
	statusChannel = 3
)

// mostSaid bounds what is kept of what a command writes to its error output.
const mostSaid = 4 << 10

// Exec starts a command in a container of a pod. What is written to the stream is its standard input, and what is read its
// output, whose end is io.EOF when the command succeeded and otherwise says what it wrote to its error output. Closing the
// stream ends its input; a command that does not read goes on.
func (c *Client) Exec(ctx context.Context, namespace, pod, container string, command ...string) (io.ReadWriteCloser, error) {
	query := url.Values{"container": {container}, "command": command, "stdin": {"true"}, "stdout": {"true"}, "stderr": {"true"}}
	socket, err := c.open(ctx, Pods.path(namespace, pod)+"/exec?"+query.Encode())
	if err != nil {
		return nil, err
	}
	return &podCommand{websocket: socket, name: command[0], pod: pod}, nil
}

// podCommand is a command that runs in a pod.
type podCommand struct {
	*websocket
	name, pod string
	rest      []byte // of the message that is being read
	said      []byte
}

// Read reads the output.
func (p *podCommand) Read(into []byte) (int, error) {
	for len(p.rest) == 0 {
		message, err := p.message()
		if err != nil {
			return 0, p.failed(err.Error())
		}
		if len(message) == 0 {
			continue
		}
		switch content := message[1:]; message[0] {
		case stdoutChannel:
			p.rest = content
		case stderrChannel:
			p.said = append(p.said, content[:min(len(content), mostSaid-len(p.said))]...)
		case statusChannel:
			return 0, p.ended(content)
		}
	}
	n := copy(into, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// Write writes to the input.
func (p *podCommand) Write(data []byte) (int, error) { return p.write(stdinChannel, data) }

// ended reads the Status with which the kubelet says how the command ended.
func (p *podCommand) ended(content []byte) error {
	var status struct{ Status, Message string }
	if err := json.Unmarshal(content, &status); err != nil {
		return p.failed(strings.TrimSpace(string(content)))
	}
	if status.Status == "Success" {
		return io.EOF
	}
	return p.failed(status.Message)
}

func (p *podCommand) failed(why string) error {
	if said := strings.TrimSpace(string(p.said)); said != "" {
		why += ": " + said
	}
	return fault.Errorf(fault.Failed, "%s in pod %s: %s", p.name, p.pod, why)
}
