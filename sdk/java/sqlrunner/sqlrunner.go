// Package sqlrunner is the main class of SQL jobs on Flink before 2.0, which has no SqlDriver of its own: a jar of a few
// kilobytes without dependencies, made from the Java sources beside it.
package sqlrunner

//go:generate go run ../gen sqlrunner.jar "Main-Class: autostream.SqlRunner"

import (
	_ "embed"
	"fmt"
	"strings"
)

// Main is the runner's main class. It takes one argument: the path of a file that Script made.
const Main = "autostream.SqlRunner"

// StatementException is the simple name of the exception with which the runner ends when Flink refuses a statement. Its
// message is "statement 3", counted from 1, and its cause is what Flink said.
const StatementException = "StatementException"

//go:embed sqlrunner.jar
var jar string

// Jar returns the bytes of the jar. It runs on Java 8 and later.
func Jar() []byte { return []byte(jar) }

// separator stands between two statements: the record separator of ASCII, which no statement has.
const separator = "\x1e"

// Script writes statements, none of which has its closing semicolon, into one text for the runner.
func Script(statements []string) ([]byte, error) {
	for i, s := range statements {
		if strings.Contains(s, separator) {
			return nil, fmt.Errorf("statement %d holds the character U+001E", i+1)
		}
	}
	return []byte(strings.Join(statements, separator)), nil
}
