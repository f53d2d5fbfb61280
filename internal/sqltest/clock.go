package sqltest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

// clocks are the functions that tell the time, and what gives a fixed one instead. TO_TIMESTAMP_LTZ means the same in every
// time zone of a session. PROCTIME is not among them: it marks a time attribute, and Flink's operators look at the machine's
// clock whatever a column says.
var clocks = map[string]string{
	"CURRENT_TIMESTAMP": "%s", "NOW": "%s", "CURRENT_ROW_TIMESTAMP": "%s",
	"LOCALTIMESTAMP": "CAST(%s AS TIMESTAMP(3))",
	"CURRENT_DATE":   "CAST(%s AS DATE)",
	"CURRENT_TIME":   "CAST(%s AS TIME(0))", "LOCALTIME": "CAST(%s AS TIME(0))",
}

// stopClock returns the edits that make a text tell one time.
func stopClock(sql string, now time.Time) []edit {
	if now.IsZero() {
		return nil
	}
	instant := fmt.Sprintf("TO_TIMESTAMP_LTZ(%d, 3)", now.UnixMilli())
	var edits []edit
	lexer := token.NewLexer(sql)
	var tokens []token.Token
	for t := lexer.Next(); t.Kind != token.EOF; t = lexer.Next() {
		tokens = append(tokens, t)
	}
	kind := func(i int) token.Kind {
		if i < 0 || i >= len(tokens) {
			return token.EOF
		}
		return tokens[i].Kind
	}
	for i, t := range tokens {
		word := strings.ToUpper(sql[t.Start:t.End])
		called := kind(i+1) == token.LParen && kind(i+2) == token.RParen
		end := t.End
		if called {
			end = tokens[i+2].End
		}
		text, isClock := clocks[word]
		bare := word != "NOW" && word != "CURRENT_ROW_TIMESTAMP"
		switch {
		case kind(i-1) == token.Period || kind(i+1) == token.Period || t.Kind == token.QuotedIdentifier:
		case isClock && (called || bare):
			edits = append(edits, edit{source.Span{Start: int(t.Start), End: int(end)}, strings.ReplaceAll(text, "%s", instant)})
		case word == "UNIX_TIMESTAMP" && called:
			edits = append(edits, edit{source.Span{Start: int(t.Start), End: int(end)}, "CAST(" + strconv.FormatInt(now.Unix(), 10) + " AS BIGINT)"})
		}
	}
	return edits
}
