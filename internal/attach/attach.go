// Package attach makes a running HotSpot JVM carry out a command such as threaddump, inspectheap or jcmd, without any tool
// of a JDK: official images of Flink have only a JRE.
//
// It speaks the protocol of jdk.attach: a file .attach_pid<n> and a SIGQUIT make the JVM open the socket .java_pid<n>, which
// takes a version, a command and three arguments, each ended by a zero byte, and answers with a status line and a text
// (sun.tools.attach.VirtualMachineImpl, AttachListener in HotSpot; the same in Java 8 to 21).
package attach

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

const (
	protocol  = "1"
	arguments = 3
	// patience is how long a JVM may take to open its socket: it does so at its next safepoint.
	patience = 10 * time.Second
)

// Run has the JVM with this process id carry out a command and returns its answer, which the caller closes. It must run as
// the JVM's user, or as root. NotFound: there is no such process; Denied: it is another user's; Failed: the JVM does not
// listen (-XX:+DisableAttachMechanism) or refuses the command. The end of ctx ends the reading too.
func Run(ctx context.Context, pid int, command string, args ...string) (io.ReadCloser, error) {
	if len(args) > arguments {
		return nil, fault.Errorf(fault.Usage, "the command %s takes %d arguments at most", command, arguments)
	}
	conn, err := connect(ctx, pid)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	answer := &reply{conn: conn, stop: stop, r: bufio.NewReader(conn)}
	for len(args) < arguments {
		args = append(args, "")
	}
	words := append([]string{protocol, command}, args...)
	if _, err := io.WriteString(conn, strings.Join(words, "\x00")+"\x00"); err != nil {
		_ = answer.Close()
		return nil, fmt.Errorf("asking JVM %d for %s: %w", pid, command, err)
	}
	status, err := answer.r.ReadString('\n')
	if err != nil {
		_ = answer.Close()
		return nil, fmt.Errorf("reading the answer of JVM %d to %s: %w", pid, command, errors.Join(err, ctx.Err()))
	}
	if status = strings.TrimSpace(status); status != "0" {
		why, _ := io.ReadAll(io.LimitReader(answer.r, 4<<10)) // what there is of it
		_ = answer.Close()
		return nil, fault.Errorf(fault.Failed, "JVM %d refuses %s: %s (status %s)", pid, command, strings.TrimSpace(string(why)), status)
	}
	return answer, nil
}

// reply is the answer of a JVM.
type reply struct {
	conn net.Conn
	stop func() bool
	r    *bufio.Reader
}

// Read reads on in the answer.
func (r *reply) Read(p []byte) (int, error) { return r.r.Read(p) }

// Close ends the conversation.
func (r *reply) Close() error {
	r.stop()
	return r.conn.Close()
}
