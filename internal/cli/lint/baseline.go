// Known findings: those that were there when a team began to lint.

package lint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/project"
)

// baseline is the file. Findings are known by what stands at their place, so that lines may move above them.
type baseline struct {
	Version  int     `json:"version"`
	Findings []known `json:"findings"`
}

type known struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"` // the rest is for people who read the file
	File        string `json:"file"`
	Message     string `json:"message"`
}

// baselineOf is the file that a project names.
func baselineOf(p *project.Project) string {
	if p.Lint.Baseline == "" {
		return ""
	}
	return p.Path(p.Lint.Baseline)
}

// baselinePath is the file of the flag, else that of the project.
func (o *Options) baselinePath(r *report) string {
	switch {
	case o.Baseline == "":
		return r.baseline
	case filepath.IsAbs(o.Baseline):
		return o.Baseline
	}
	return filepath.Join(o.Dir, o.Baseline)
}

// writeBaseline makes what is found the baseline.
func (o *Options) writeBaseline(r *report) error {
	path := o.baselinePath(r)
	if path == "" {
		return fault.Errorf(fault.Usage, "the baseline has no file").WithFix("--baseline FILE, or lint: {baseline: FILE} in %s", project.FileName)
	}
	diag.Sort(r.findings)
	b := baseline{Version: 1, Findings: []known{}}
	for i, fingerprint := range diag.Fingerprints(r.findings) {
		f := r.findings[i]
		b.Findings = append(b.Findings, known{Fingerprint: fingerprint, Rule: f.Rule, File: f.File.Name, Message: f.Message})
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, append(text, '\n'), 0o644); err != nil {
		return err
	}
	o.IO.Hint("%s in %s", plural(len(b.Findings), "known finding"), path)
	return nil
}

// withoutKnown drops the findings that the baseline knows.
func (o *Options) withoutKnown(r *report) error {
	path := o.baselinePath(r)
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.Errorf(fault.Usage, "there is no baseline %s", path).WithFix("autostream lint --write-baseline makes it")
	case err != nil:
		return fmt.Errorf("reading the baseline: %w", err)
	}
	var b baseline
	if err := json.Unmarshal(text, &b); err != nil || b.Version != 1 {
		return fault.Errorf(fault.Usage, "%s is no baseline of this autostream", path).WithFix("autostream lint --write-baseline makes it anew")
	}
	old := map[string]bool{}
	for _, k := range b.Findings {
		old[k.Fingerprint] = true
	}
	diag.Sort(r.findings)
	prints := diag.Fingerprints(r.findings)
	var fresh []diag.Finding
	for i, f := range r.findings {
		if !old[prints[i]] {
			fresh = append(fresh, f)
		}
	}
	if gone := len(b.Findings) - (len(r.findings) - len(fresh)); gone > 0 && o.Whole {
		o.IO.Hint("no longer there: %s of the baseline; autostream lint --write-baseline forgets them", plural(gone, "finding"))
	}
	r.findings = slices.Clip(fresh)
	return nil
}
