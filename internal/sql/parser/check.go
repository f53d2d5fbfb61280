package parser

import (
	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// This file repeats what Flink checks on the syntax tree right behind its grammar (SqlCreateTable.validate and its
// kin): such statements parse and can never run.

// checkTable checks the keys and columns of CREATE TABLE.
func (p *parser) checkTable(c *ast.CreateTable) {
	if p.failed {
		return
	}
	p.checkKeys(c.Elements)
}

// checkModel refuses columns beside a query, which gives the model its columns.
func (p *parser) checkModel(c *ast.CreateModel) {
	if p.failed || c.As == nil {
		return
	}
	if c.Input != nil {
		p.wrong(c.Input[0].Place(), "CREATE MODEL … AS takes no INPUT columns", "")
	}
	if c.Output != nil {
		p.wrong(c.Output[0].Place(), "CREATE MODEL … AS takes no OUTPUT columns", "")
	}
}

func (p *parser) checkMaterializedTable(c *ast.CreateMaterializedTable) {
	if !p.failed {
		p.checkKeys(c.Elements)
	}
}

// checkKeys reports unique keys, enforced keys and second primary keys.
func (p *parser) checkKeys(elements []ast.TableElement) {
	var primary *ast.Constraint
	for _, e := range elements {
		var k *ast.Constraint
		switch e := e.(type) {
		case *ast.Constraint:
			k = e
		case *ast.Column:
			k = e.Constraint
		}
		if k == nil {
			continue
		}
		switch {
		case k.Kind == token.UNIQUE:
			p.wrong(k.Loc, "Flink does not support UNIQUE", "a PRIMARY KEY … NOT ENFORCED says what the key is")
		case k.Enforcement != ast.NotEnforced:
			f := p.wrong(k.Loc, "Flink does not check keys: a PRIMARY KEY has to be NOT ENFORCED", "write NOT ENFORCED behind the key")
			f.Fixes = notEnforced(k)
		case primary != nil:
			p.wrong(k.Loc, "a table has one primary key only", "")
		}
		if k.Kind == token.PRIMARY && primary == nil {
			primary = k
		}
	}
}

// notEnforced says of a key that it is not checked.
func notEnforced(k *ast.Constraint) []diag.Fix {
	const title = "write NOT ENFORCED"
	if k.Enforcement == ast.Enforced {
		return oneFix(title, true, ast.Loc{Start: k.End - int32(len("ENFORCED")), End: k.End}, "NOT ENFORCED")
	}
	return oneFix(title, true, ast.Loc{Start: k.End, End: k.End}, " NOT ENFORCED")
}
