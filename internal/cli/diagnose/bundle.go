package diagnose

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/diagnose/collect"
)

// longestLogs bounds a part of a bundle: the end of the logs is kept.
const longestLogs = 64 << 20

// writeBundle packs into a .tar.gz what somebody else needs: the report, the snapshot that it was made from, the logs, thread
// dumps, the configuration and the versions. Secrets are taken out: those that the project knows, and what looks like one.
func writeBundle(ctx context.Context, o *Options, subject collect.Subject, s diagnose.Snapshot, r report) error {
	snapshot, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	v := o.Version()
	versions := fmt.Sprintf("autostream %s (%s of %s)\nFlink %s\n", v.Number, v.Commit, v.Date, s.Flink)
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zip)
	for _, part := range []struct{ name, text string }{
		{"report.md", r.markdown()},
		{"snapshot.json", string(snapshot) + "\n"},
		{"versions.txt", versions},
		{"config.txt", copied(ctx, subject.CopyConfig)},
		{"threads.txt", copied(ctx, subject.CopyThreads)},
		{"logs.txt", copied(ctx, subject.CopyLogs)},
	} {
		text := diagnose.HideSecrets(subject.Redact(part.text))
		head := &tar.Header{Name: "autostream-" + s.Job + "/" + part.name, Mode: 0o644, Size: int64(len(text)), ModTime: s.Taken.Truncate(time.Second)}
		if err := archive.WriteHeader(head); err != nil {
			return fmt.Errorf("packing %s: %w", part.name, err)
		}
		if _, err := archive.Write([]byte(text)); err != nil {
			return fmt.Errorf("packing %s: %w", part.name, err)
		}
	}
	if ctx.Err() != nil { // nobody waits for what could not be read
		return ctx.Err()
	}
	if err := archive.Close(); err != nil {
		return err
	}
	if err := zip.Close(); err != nil {
		return err
	}
	return atomicfile.Write(o.Bundle, packed.Bytes(), 0o600)
}

// copied is a part of the bundle, or what could be read of it and why the rest could not.
func copied(ctx context.Context, from func(context.Context, io.Writer) error) string {
	var t tail
	if err := from(ctx, &t); err != nil {
		fmt.Fprintf(&t, "not everything could be read: %v\n", err)
	}
	return t.String()
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
