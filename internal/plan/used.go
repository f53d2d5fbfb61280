// Which of the shared tables a job uses. A project may share a thousand; those that a job does not name are no part of
// it, so that changing them changes no job, and Flink is not given what nobody asks for.

package plan

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// shared is a table or view that scripts share, and may be left out: its name in the session, without what it is in, and
// where it stands in the Spec.
type shared struct {
	at   int
	name string
}

// sharedName is the name of a table or view that a statement declares, when leaving it out changes nothing else.
func sharedName(s ast.Node) (string, bool) {
	switch s := s.(type) {
	case *ast.CreateTable:
		return last(s.Name), s.As == nil
	case *ast.CreateView:
		return last(s.Name), true
	}
	return "", false
}

func last(n ast.Name) string { return strings.ToLower(n.Parts[len(n.Parts)-1].Name) }

// leaveOut takes the shared tables out of a plan that no other statement names. A name counts wherever it stands: one table
// too many does no harm, one too few would.
func (p *Plan) leaveOut(all []shared) {
	unused := map[int]string{}
	for _, s := range all {
		unused[s.at] = s.name
	}
	named := map[string]bool{}
	for i, text := range p.Spec.Statements {
		if _, may := unused[i]; !may {
			names(text, named)
		}
	}
	for grown := true; grown; {
		grown = false
		for i, name := range unused {
			if named[name] {
				grown = true
				names(p.Spec.Statements[i], named)
				delete(unused, i)
			}
		}
	}
	var statements []string
	var origins []origin
	for i, text := range p.Spec.Statements {
		if _, gone := unused[i]; !gone {
			statements, origins = append(statements, text), append(origins, p.origins[i])
		}
	}
	p.Spec.Statements, p.origins = statements, origins
}

// names adds the words of a statement.
func names(statement string, to map[string]bool) {
	lexer := token.NewLexer(statement)
	for t := lexer.Next(); t.Kind != token.EOF; t = lexer.Next() {
		to[strings.ToLower(strings.Trim(statement[t.Start:t.End], "`"))] = true
	}
}
