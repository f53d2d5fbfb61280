package local

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/flink/throwable"
)

// lastWords finds out why a JVM ended: the exception that ended its main method, or else the last error in its log, or
// else the last line that it printed.
func (k *keeping) lastWords(r role) string {
	printed := strings.TrimSpace(tailOf(k.folder.output(r), k.printed[r.name]))
	if _, trace, ok := strings.Cut(printed, "Exception in thread \"main\" "); ok {
		return throwable.Parse(trace).Root()
	}
	log := tailOf(filepath.Join(k.folder.log(), r.name+".log"), 0)
	if at := max(strings.LastIndex(log, " ERROR "), strings.LastIndex(log, " FATAL ")); at >= 0 {
		if root := throwable.Parse(afterHeading(log[at:])).Root(); root != "" {
			return root
		}
	}
	if line := printed[strings.LastIndexByte(printed, '\n')+1:]; line != "" {
		return line
	}
	return "it said nothing; see " + filepath.Join(k.folder.log(), r.name+".log")
}

// output is the file of what a JVM prints.
func (f folder) output(r role) string { return filepath.Join(f.log(), r.name+".out") }

// hear notes how much was printed before a JVM starts: only what comes after it are its words.
func (k *keeping) hear(r role) {
	k.printed[r.name] = 0
	if entry, err := os.Stat(k.folder.output(r)); err == nil {
		k.printed[r.name] = entry.Size()
	}
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

// tailOf reads the end of a file, from an offset on; "" when it cannot be read.
func tailOf(path string, from int64) string {
	const most = 64 << 10
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if end, err := f.Seek(0, io.SeekEnd); err == nil {
		_, _ = f.Seek(max(from, end-most, 0), io.SeekStart)
	}
	text, _ := io.ReadAll(io.LimitReader(f, most))
	return string(text)
}
