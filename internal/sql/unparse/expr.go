package unparse

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// operation writes an operator expression, in parentheses when every one is to have them.
func (p *printer) operation(write func()) {
	if !p.options.Parens {
		write()
		return
	}
	p.open("(")
	write()
	p.end(")")
}

func (p *printer) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ColumnRef:
		p.parts(e.Parts)
	case *ast.Star:
		if len(e.Table) > 0 {
			p.parts(e.Table)
			p.glue(".")
		}
		p.put("*")
	case *ast.Number:
		p.put(e.Text)
	case *ast.String:
		p.stringLiteral(e)
	case *ast.Constant:
		p.put(e.Kind.String())
	case *ast.DateTime:
		p.dateTime(e)
	case *ast.Interval:
		p.put("INTERVAL")
		p.kind(e.Sign)
		p.expr(e.Value)
		p.unit(&e.Unit)
	case *ast.TimeUnit:
		p.unit(e)
	case *ast.Param:
		p.put("?")
	case *ast.Unary:
		p.operation(func() { p.put(e.Op.String()); p.expr(e.X) })
	case *ast.Binary:
		p.operation(func() { p.expr(e.Left); p.put(e.Op.String()); p.expr(e.Right) })
	case *ast.Is:
		p.operation(func() { p.is(e) })
	case *ast.FormatJSON:
		p.operation(func() { p.expr(e.X); p.put("FORMAT JSON"); p.kind(e.Encoding, "ENCODING") })
	case *ast.Between:
		p.operation(func() {
			p.expr(e.X)
			p.when(e.Not, "NOT")
			p.put("BETWEEN")
			p.kind(e.Symmetric)
			p.expr(e.Low)
			p.put("AND")
			p.expr(e.High)
		})
	case *ast.In:
		p.operation(func() {
			p.expr(e.X)
			p.when(e.Not, "NOT")
			p.put("IN")
			p.queryOrList(e.Query, e.List)
		})
	case *ast.Quantified:
		p.operation(func() { p.expr(e.X); p.put(e.Op.String(), e.Which.String()); p.queryOrList(e.Query, e.List) })
	case *ast.Like:
		p.operation(func() { p.like(e) })
	case *ast.Case:
		p.caseExpr(e)
	case *ast.Cast:
		p.cast(e)
	case *ast.Convert:
		p.convert(e)
	case *ast.Paren:
		p.open("(")
		p.expr(e.X)
		p.end(")")
	case *ast.Subquery:
		p.query(e.Query)
	case *ast.Row:
		p.row(e)
	case *ast.Collection:
		p.collection(e)
	case *ast.Index:
		p.operation(func() { p.expr(e.X); p.glue("["); p.expr(e.Index); p.end("]") })
	case *ast.Field:
		p.operation(func() { p.field(e) })
	case *ast.MinusDate:
		p.expr(e.X)
		p.unit(&e.Unit)
	case *ast.BadExpr:
		p.put("/* broken */")
	default:
		p.call(e)
	}
}

func (p *printer) cast(c *ast.Cast) {
	p.put(c.Func.String())
	p.glue("(")
	p.expr(c.X)
	p.put("AS")
	p.castType(c.Type, c.Interval)
	p.end(")")
}

func (p *printer) castType(t ast.TypeName, interval *ast.TimeUnit) {
	if interval == nil {
		p.typeName(t)
		return
	}
	p.put("INTERVAL")
	p.unit(interval)
}

func (p *printer) convert(c *ast.Convert) {
	p.put("CONVERT")
	p.glue("(")
	p.castType(c.Type, c.Interval)
	p.end(",")
	p.expr(c.X)
	if c.Style != nil {
		p.end(",")
		p.expr(c.Style)
	}
	p.end(")")
}

func (p *printer) stringLiteral(s *ast.String) {
	switch s.Kind {
	case token.PrefixedString:
		p.put(s.Prefix + quote(s.Value))
	case token.UnicodeString:
		p.put("U&" + quote(s.Value))
		p.optText(s.Escape, "UESCAPE")
	case token.BinaryString:
		p.put("X" + quote(s.Value))
	case token.CString:
		p.put("E'" + cEscapes.Replace(s.Value) + "'")
	default:
		p.text(ast.Text{Kind: s.Kind, Value: s.Value})
	}
}

var cEscapes = strings.NewReplacer(`\`, `\\`, "'", "''", "\n", `\n`, "\r", `\r`, "\t", `\t`, "\b", `\b`, "\f", `\f`)

func (p *printer) dateTime(d *ast.DateTime) {
	switch d.Kind {
	case token.LBraceDate, token.LBraceTime, token.LBraceTimestamp:
		p.put(d.Kind.String())
		p.text(d.Value)
		p.put("}")
		return
	case token.TIMESTAMP_LTZ:
		p.put("TIMESTAMP WITH LOCAL TIME ZONE")
	default:
		p.put(d.Kind.String())
	}
	p.text(d.Value)
}

func (p *printer) unit(u *ast.TimeUnit) {
	p.put(u.From.String())
	switch {
	case u.Weekday != 0:
		p.end("(" + u.Weekday.String() + ")")
	case u.Precision != "":
		p.end("(" + u.Precision + ")")
	}
	p.kind(u.To, "TO")
	if u.Fraction != "" {
		p.end("(" + u.Fraction + ")")
	}
}

func (p *printer) is(e *ast.Is) {
	p.expr(e.X)
	p.put("IS")
	p.when(e.Not, "NOT")
	p.when(e.What == token.SET, "A")
	p.put(e.What.String())
	p.kind(e.JSON)
}

func (p *printer) like(e *ast.Like) {
	p.expr(e.X)
	p.when(e.Not, "NOT")
	p.put(e.Op.String())
	p.when(e.Op == token.SIMILAR, "TO")
	p.expr(e.Pattern)
	if e.Escape != nil {
		p.put("ESCAPE")
		p.expr(e.Escape)
	}
}

func (p *printer) caseExpr(e *ast.Case) {
	p.put("CASE")
	if e.Operand != nil {
		p.expr(e.Operand)
	}
	for _, w := range e.Whens {
		p.put("WHEN")
		p.exprs(w.Conditions)
		p.put("THEN")
		p.expr(w.Result)
	}
	if e.Else != nil {
		p.put("ELSE")
		p.expr(e.Else)
	}
	p.put("END")
}

func (p *printer) exprs(list []ast.Expr) { p.list(len(list), func(i int) { p.expr(list[i]) }) }

func (p *printer) queryOrList(q ast.Query, list []ast.Expr) {
	if q != nil {
		p.query(q)
		return
	}
	p.parens(len(list), func(i int) { p.expr(list[i]) })
}

func (p *printer) row(r *ast.Row) {
	p.kind(r.Keyword)
	if r.Keyword != 0 {
		p.glued = true
	}
	p.parens(len(r.Items), func(i int) { p.expr(r.Items[i]) })
}

func (p *printer) collection(c *ast.Collection) {
	p.put(c.Kind.String())
	if c.Query != nil {
		p.glue("(")
		p.query(c.Query)
		p.end(")")
		return
	}
	p.glue("[")
	p.exprs(c.Items)
	p.end("]")
}

func (p *printer) field(f *ast.Field) {
	p.expr(f.X)
	p.glue(".")
	if f.Call != nil {
		p.call(f.Call)
		return
	}
	p.ident(f.Name)
}

// typeName writes a type with its nullability.
func (p *printer) typeName(t ast.TypeName) {
	switch t := t.(type) {
	case *ast.BasicType:
		p.basicType(t)
	case *ast.CollectionType:
		if t.Postfix {
			p.typeName(t.Element)
			p.put(t.Kind.String())
			break
		}
		p.put(t.Kind.String())
		p.glue("<")
		p.typeName(t.Element)
		p.end(">")
	case *ast.MapType:
		p.put("MAP")
		p.glue("<")
		p.typeName(t.Key)
		p.end(",")
		p.typeName(t.Value)
		p.end(">")
	case *ast.RowType:
		p.rowType(t)
	case *ast.StructuredType:
		p.put("STRUCTURED")
		p.glue("<")
		p.text(t.Class)
		for _, f := range t.Fields {
			p.end(",")
			p.rowField(f)
		}
		p.end(">")
	case *ast.RawType:
		p.put("RAW")
		p.glue("(")
		p.text(t.Class)
		p.end(",")
		p.text(t.Serializer)
		p.end(")")
	case *ast.NamedType:
		p.name(t.Name)
	case *ast.BadType:
		p.put("/* broken */")
	default:
		panic(fmt.Sprintf("unparse: no type %T", t))
	}
	switch t.Nullability() {
	case ast.Nullable:
		p.put("NULL")
	case ast.NotNull:
		p.put("NOT NULL")
	case ast.NullUnspecified:
	}
}

func (p *printer) basicType(t *ast.BasicType) {
	p.put(t.Kind.String())
	p.when(t.Varying, "VARYING")
	p.when(t.Precise, "PRECISION")
	switch {
	case t.Scale != "":
		p.end("(" + t.Precision + ", " + t.Scale + ")")
	case t.Precision != "":
		p.end("(" + t.Precision + ")")
	}
	p.when(t.Zone == ast.WithoutZone, "WITHOUT TIME ZONE")
	p.when(t.Zone == ast.WithLocalZone, "WITH LOCAL TIME ZONE")
	if t.Charset != nil {
		p.put("CHARACTER SET")
		p.ident(*t.Charset)
	}
}

func (p *printer) rowType(t *ast.RowType) {
	open, end := "<", ">"
	if t.Parens {
		open, end = "(", ")"
	}
	p.put("ROW")
	p.glue(open)
	p.list(len(t.Fields), func(i int) { p.rowField(t.Fields[i]) })
	p.end(end)
}

func (p *printer) rowField(f ast.RowField) {
	p.name(f.Name)
	p.typeName(f.Type)
	p.optText(f.Comment)
}
