package local

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/flink/throwable"
)

// lastWords finds out why a JVM ended: the root cause of the last error in its log, or the last line that it printed.
func (k *keeping) lastWords(r role) string {
	log := tailOf(filepath.Join(k.folder.log(), r.name+".log"))
	if at := max(strings.LastIndex(log, " ERROR "), strings.LastIndex(log, " FATAL ")); at >= 0 {
		trace := afterHeading(log[at:])
		if root := throwable.Parse(trace).Root(); root != "" {
			return root
		}
	}
	printed := strings.TrimSpace(tailOf(filepath.Join(k.folder.log(), r.name+".out")))
	if line := printed[strings.LastIndexByte(printed, '\n')+1:]; line != "" {
		return line
	}
	return "it said nothing; see " + filepath.Join(k.folder.log(), r.name+".log")
}

// afterHeading drops the line of the log that the stack trace stands below, and what was logged after the trace. A line
// without a trace is its own message.
func afterHeading(log string) string {
	heading, trace, _ := strings.Cut(log, "\n")
	var kept []string
	for line := range strings.Lines(trace) {
		if len(line) > 4 && line[0] == '2' && line[4] == '-' { // the year of the next line of the log
			break
		}
		kept = append(kept, line)
	}
	if len(kept) == 0 {
		_, message, _ := strings.Cut(heading, " - ")
		return message
	}
	return strings.Join(kept, "")
}

// tailOf reads the end of a file; "" when it cannot be read.
func tailOf(path string) string {
	const most = 64 << 10
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if end, err := f.Seek(0, io.SeekEnd); err == nil {
		_, _ = f.Seek(max(0, end-most), io.SeekStart)
	}
	text, _ := io.ReadAll(io.LimitReader(f, most))
	return string(text)
}
