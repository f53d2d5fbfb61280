package diagnose

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/diagnose/collect"
)

// longestLogs bounds what of the logs goes into a bundle: the end of them.
const longestLogs = 64 << 20

// writeBundle packs the report, the snapshot that it was made from, and the logs into a .tar.gz, with secrets taken out.
func writeBundle(ctx context.Context, o *Options, subject collect.Subject, s diagnose.Snapshot, r report) error {
	snapshot, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	var logs tail
	if err := subject.CopyLogs(ctx, &logs); err != nil {
		fmt.Fprintf(&logs, "the logs could not be read to their end: %v\n", err)
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zip)
	for _, part := range []struct{ name, text string }{
		{"report.md", r.markdown()}, {"snapshot.json", string(snapshot) + "\n"}, {"logs.txt", logs.String()},
	} {
		text := subject.Redact(part.text)
		head := &tar.Header{Name: "autostream-" + s.Job + "/" + part.name, Mode: 0o644, Size: int64(len(text)), ModTime: s.Taken.Truncate(time.Second)}
		if err := archive.WriteHeader(head); err != nil {
			return fmt.Errorf("packing %s: %w", part.name, err)
		}
		if _, err := archive.Write([]byte(text)); err != nil {
			return fmt.Errorf("packing %s: %w", part.name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	if err := zip.Close(); err != nil {
		return err
	}
	return atomicfile.Write(o.Bundle, packed.Bytes(), 0o600)
}

// tail keeps the end of what is written to it.
type tail struct{ bytes.Buffer }

// Write keeps text, and forgets the oldest half when there is too much.
func (t *tail) Write(text []byte) (int, error) {
	if t.Len() > 2*longestLogs {
		t.Next(t.Len() - longestLogs)
	}
	return t.Buffer.Write(text)
}
