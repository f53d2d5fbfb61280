package target

import "fmt"

// StatementError says that Flink refused one statement of a SQLProgram: nothing was started. Submit returns it inside a
// fault.Error of kind Failed; find it with errors.AsType.
type StatementError struct {
	Index   int    // in SQLProgram.Statements, from 0
	Line    int    // in the statement, from 1; 0 when Flink gave no position
	Column  int    // in characters, from 1; 0 when Flink gave no position
	Message string // Flink's own words: the root cause, without class names, stack and surroundings
}

// Error numbers statements from 1, as people do.
func (e *StatementError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("statement %d: %s", e.Index+1, e.Message)
	}
	return fmt.Sprintf("statement %d, line %d, column %d: %s", e.Index+1, e.Line, e.Column, e.Message)
}
