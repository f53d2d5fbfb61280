package test

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// writeJUnit writes the report as JUnit XML, which CI systems show: a suite for each file.
func writeJUnit(w io.Writer, r *report) error {
	type failure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	type testcase struct {
		Name    string   `xml:"name,attr"`
		Class   string   `xml:"classname,attr"`
		File    string   `xml:"file,attr"`
		Line    int      `xml:"line,attr"`
		Time    string   `xml:"time,attr"`
		Failure *failure `xml:"failure,omitempty"`
		Error   *failure `xml:"error,omitempty"`
	}
	type testsuite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	type testsuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Tests   int          `xml:"tests,attr"`
		Time    string       `xml:"time,attr"`
		Suites  []*testsuite `xml:"testsuite"`
	}
	all := testsuites{Tests: len(r.Tests), Time: fmt.Sprintf("%.3f", r.Seconds)}
	suites := map[string]*testsuite{}
	suite := func(file string) *testsuite {
		if suites[file] == nil {
			suites[file] = &testsuite{Name: file}
			all.Suites = append(all.Suites, suites[file])
		}
		return suites[file]
	}
	for _, t := range r.Tests {
		s := suite(t.File)
		c := testcase{Name: t.Name, Class: t.Script, File: t.File, Line: t.Line, Time: fmt.Sprintf("%.3f", t.Seconds)}
		switch t.Status {
		case passed:
		case broken:
			c.Error = &failure{t.Message, t.Message}
			s.Errors++
		default:
			c.Failure = &failure{t.Message, t.text()}
			s.Failures++
		}
		s.Tests++
		s.Cases = append(s.Cases, c)
	}
	for _, f := range r.Findings {
		s := suite(f.File)
		s.Tests++
		s.Errors++
		s.Cases = append(s.Cases, testcase{Name: f.Rule + " " + f.Name, Class: f.File, File: f.File, Line: f.Line, Time: "0",
			Error: &failure{f.Message, fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)}})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// text is a failure without colours.
func (t outcome) text() string {
	var b strings.Builder
	if t.Status == timedOut {
		fmt.Fprintln(&b, t.Message)
	}
	for _, d := range t.Differences {
		fmt.Fprintf(&b, "%s: %s\n  %s\n", d.Place, d.Summary, strings.Join(append([]string{" "}, d.Columns...), "\t"))
		for _, r := range d.Rows {
			fmt.Fprintf(&b, "  %s\t%s\n", r.Sign, strings.Join(r.Cells, "\t"))
			if r.Wanted != nil {
				fmt.Fprintf(&b, "  \t%s (expected)\n", strings.Join(r.Wanted, "\t"))
			}
		}
	}
	return b.String()
}

// writeGitHub writes a workflow command for each failure, which GitHub shows at its line in the pull request.
func writeGitHub(w io.Writer, r *report) error {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "::error file=%s,line=%d,col=%d,title=%s::%s\n", property.Replace(f.File), f.Line, f.Column, property.Replace(f.Rule+" "+f.Name), message.Replace(f.Message))
	}
	for _, t := range r.Tests {
		if t.Status == passed {
			continue
		}
		line, text := t.Line, t.Message
		if len(t.Differences) > 0 {
			line, text = t.Differences[0].Line, t.text()
		}
		fmt.Fprintf(&b, "::error file=%s,line=%d,title=%s::%s\n", property.Replace(t.File), line, property.Replace("test "+t.Name), message.Replace(text))
	}
	fmt.Fprintf(&b, "::notice title=autostream test::%d passed, %d failed\n", r.Passed, r.Failed)
	_, err := io.WriteString(w, b.String())
	return err
}

// What GitHub's runner takes back (actions/toolkit, command.ts).
var (
	message  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
