//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// polite are the signals that ask a program to end: Ctrl-C, what orchestrators send, and a terminal that is closed,
// unless nohup said that a closed terminal is no reason.
func polite() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}
