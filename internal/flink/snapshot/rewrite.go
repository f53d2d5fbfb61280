package snapshot

import (
	"bufio"
	"fmt"
	"io"
)

// Rewrite copies a _metadata file, with rename applied to each path in it that is named in full. Paths that are relative
// to the snapshot's folder, and everything else, stay as they are, byte for byte. A file that Read cannot read is not
// copied to its end.
func Rewrite(w io.Writer, r io.Reader, rename func(path string) string) error {
	out := bufio.NewWriter(w)
	d := &decoder{in: bufio.NewReader(r), out: out, rename: rename}
	if _, err := read(d); err != nil {
		return err
	}
	if _, err := io.Copy(out, d.in); err != nil { // CheckpointProperties, which name no file
		return fmt.Errorf("copying what follows the operators: %w", err)
	}
	return out.Flush()
}
