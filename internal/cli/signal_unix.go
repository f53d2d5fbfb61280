//go:build unix

package cli

import "syscall"

// terminate is what orchestrators and shells send to end a program politely.
const terminate = syscall.SIGTERM
