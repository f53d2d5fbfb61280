//go:build !linux

package attach

import (
	"context"
	"net"
	"runtime"

	"github.com/autostream/autostream/internal/base/fault"
)

// connect knows Linux only: elsewhere the paths and the way to wake the JVM differ.
func connect(context.Context, int) (net.Conn, error) {
	return nil, fault.Errorf(fault.Failed, "attaching to a JVM is not supported on %s", runtime.GOOS)
}
