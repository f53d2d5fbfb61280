package cli

import "os"

// polite are the signals that ask a program to end: on Windows, Ctrl-C and Ctrl-Break.
func polite() []os.Signal { return []os.Signal{os.Interrupt} }
