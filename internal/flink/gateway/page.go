package gateway

import (
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// PageState says what a page is.
type PageState string

// The states of a page (ResultSet.ResultType).
const (
	NotReady PageState = "NOT_READY" // the statement is still being planned or submitted
	Ready    PageState = "PAYLOAD"   // rows, perhaps none yet
	End      PageState = "EOS"       // no rows any more
)

// Page is one answer about a statement.
type Page struct {
	State PageState
	Query bool   // the rows are those of a query, not an answer such as OK
	JobID string // the Flink job behind the statement; "" when there is none
	// Columns are the same on every page but those that are NotReady.
	Columns []Column
	Rows    []Row
	// Plain says that the fields are JSON strings with the text that Flink's client would print, whatever their type:
	// some types have no JSON form.
	Plain bool
}

// Column is a column of a result.
type Column struct {
	Name    string      `json:"name"`
	Type    LogicalType `json:"logicalType"`
	Comment string      `json:"comment"`
}

// RowKind says what a row means for the rows before it (org.apache.flink.types.RowKind).
type RowKind string

// The kinds of rows of a changelog.
const (
	Insert       RowKind = "INSERT"
	UpdateBefore RowKind = "UPDATE_BEFORE"
	UpdateAfter  RowKind = "UPDATE_AFTER"
	Delete       RowKind = "DELETE"
)

// Short returns the kind as Flink prints it: +I, -U, +U, -D.
func (k RowKind) Short() string {
	switch k {
	case Insert:
		return "+I"
	case UpdateBefore:
		return "-U"
	case UpdateAfter:
		return "+U"
	case Delete:
		return "-D"
	}
	return string(k)
}

// Row is a row of a result: one JSON value per column, null for NULL.
type Row struct {
	Kind   RowKind           `json:"kind"`
	Fields []json.RawMessage `json:"fields"`
}

// answer is a FetchResultsResponseBody, with the ResultInfo in it.
type answer struct {
	Type    PageState `json:"resultType"`
	Query   bool      `json:"isQueryResult"`
	JobID   string    `json:"jobID"`
	Next    string    `json:"nextResultUri"`
	Results struct {
		Columns []Column `json:"columns"`
		Rows    []Row    `json:"data"`
	} `json:"results"`
}

// page checks the answer: a row with more or fewer fields than there are columns must not reach a table.
func (a *answer) page() (Page, error) {
	switch a.Type {
	case NotReady, Ready, End:
	default:
		return Page{}, fmt.Errorf("reading a result: unknown result type %q", a.Type)
	}
	for i, r := range a.Results.Rows {
		if len(r.Fields) != len(a.Results.Columns) {
			return Page{}, fmt.Errorf("reading a result: row %d has %d fields for %d columns", i+1, len(r.Fields), len(a.Results.Columns))
		}
	}
	return Page{State: a.Type, Query: a.Query, JobID: a.JobID, Columns: a.Results.Columns, Rows: a.Results.Rows}, nil
}

// nextToken takes the token out of nextResultUri, "/v2/sessions/…/operations/…/result/7?rowFormat=JSON". The rest of the
// address is not followed: behind a proxy it is wrong.
func nextToken(uri string) (uint64, error) {
	uri, _, _ = strings.Cut(uri, "?")
	token, err := strconv.ParseUint(path.Base(uri), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading a result: no token in nextResultUri %q", uri)
	}
	return token, nil
}
