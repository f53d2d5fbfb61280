package parser

import (
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
	p.checkPartitions(c.Elements, c.PartitionedBy)
	switch {
	case c.OrReplace && c.As == nil:
		p.wrong(c.Loc, "CREATE OR REPLACE TABLE needs AS and a query", "")
	}
}

func (p *parser) checkMaterializedTable(c *ast.CreateMaterializedTable) {
	if !p.failed {
		p.checkKeys(c.Elements)
	}
}

// checkKeys reports unique and enforced keys, second primary keys and columns that a key names twice or that do not exist.
func (p *parser) checkKeys(elements []ast.TableElement) {
	var primary *ast.Constraint
	columns := map[string]bool{}
	for _, e := range elements {
		if c, ok := e.(*ast.Column); ok && len(c.Name.Parts) > 0 {
			columns[c.Name.Last().Name] = true
		}
	}
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
			p.wrong(k.Loc, "Flink does not check keys: a PRIMARY KEY has to be NOT ENFORCED", "write NOT ENFORCED behind the key")
		case primary != nil:
			p.wrong(k.Loc, "a table has one primary key only", "")
		}
		if k.Kind == token.PRIMARY && primary == nil {
			primary = k
		}
	}
}

func (p *parser) checkPartitions([]ast.TableElement, *ast.Names) {}
