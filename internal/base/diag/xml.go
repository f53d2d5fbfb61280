// Reports in XML, for the servers that read test results and style checks.

package diag

import (
	"encoding/xml"
	"fmt"
	"io"
)

func writeXML(w io.Writer, document any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("writing XML: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// byFile groups findings by the path of their file. Files without findings have a group too.
func (d *Document) byFile() (paths []string, groups map[string][]*Finding) {
	groups = map[string][]*Finding{}
	for _, path := range d.Files {
		if _, known := groups[path]; !known {
			paths, groups[path] = append(paths, path), nil
		}
	}
	for i := range d.Findings {
		path := d.Path(d.Findings[i].File)
		if _, known := groups[path]; !known {
			paths = append(paths, path)
		}
		groups[path] = append(groups[path], &d.Findings[i])
	}
	return paths, groups
}

// WriteJUnit writes test results: a suite for each file and a case for each finding, which has failed when the finding makes
// the run fail. A file without findings has one case that passed.
func WriteJUnit(w io.Writer, d *Document) error {
	type failure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	type testCase struct {
		Name    string   `xml:"name,attr"`
		Class   string   `xml:"classname,attr"`
		File    string   `xml:"file,attr"`
		Line    int      `xml:"line,attr,omitempty"`
		Failure *failure `xml:"failure,omitempty"`
		Out     string   `xml:"system-out,omitempty"`
	}
	type suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Cases    []testCase `xml:"testcase"`
	}
	var document struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	document.Name = "autostream lint"
	paths, groups := d.byFile()
	for _, path := range paths {
		s := suite{Name: path}
		for _, f := range groups[path] {
			at := f.File.Position(f.Span.Start)
			text := fmt.Sprintf("%s:%d:%d: %s %s: %s", path, at.Line, at.Column, f.Level, f.Rule, f.text())
			c := testCase{Name: fmt.Sprintf("%s %d:%d", f.Rule, at.Line, at.Column), Class: path, File: path, Line: at.Line}
			if d.fails(f) {
				c.Failure = &failure{Message: f.Message, Type: f.Name, Text: text}
				s.Failures++
			} else {
				c.Out = text
			}
			s.Cases = append(s.Cases, c)
		}
		if s.Cases == nil {
			s.Cases = []testCase{{Name: "lint", Class: path, File: path}}
		}
		s.Tests = len(s.Cases)
		document.Tests += s.Tests
		document.Failures += s.Failures
		document.Suites = append(document.Suites, s)
	}
	return writeXML(w, document)
}

// WriteCheckstyle writes the format of Checkstyle, which many tools that comment on changes read.
func WriteCheckstyle(w io.Writer, d *Document) error {
	type violation struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
	type file struct {
		Name       string      `xml:"name,attr"`
		Violations []violation `xml:"error"`
	}
	var document struct {
		XMLName xml.Name `xml:"checkstyle"`
		Version string   `xml:"version,attr"`
		Files   []file   `xml:"file"`
	}
	document.Version = "10.0"
	severity := [...]string{Error: "error", Warning: "warning", Note: "info"}
	paths, groups := d.byFile()
	for _, path := range paths {
		out := file{Name: path}
		for _, f := range groups[path] {
			at := f.File.Position(f.Span.Start)
			out.Violations = append(out.Violations, violation{at.Line, at.Column, severity[f.Level], f.text(), "autostream." + f.Rule})
		}
		document.Files = append(document.Files, out)
	}
	return writeXML(w, document)
}
