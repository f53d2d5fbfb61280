package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// typeWords are the words that begin a built-in type; the value says what may follow the word.
var typeWords = map[token.Kind]typeShape{
	token.BOOLEAN: plainType, token.INTEGER: plainType, token.INT: plainType, token.TINYINT: plainType, token.SMALLINT: plainType,
	token.BIGINT: plainType, token.REAL: plainType, token.FLOAT: plainType, token.STRING: plainType, token.BYTES: plainType,
	token.DATE: plainType, token.VARIANT: plainType, token.BITMAP: plainType, token.GEOMETRY: plainType,
	token.DOUBLE: doubleType, token.BINARY: varyingType, token.VARBINARY: preciseType, token.DECIMAL: scaledType, token.DEC: scaledType,
	token.NUMERIC: scaledType, token.ANY: scaledType, token.CHARACTER: varyingType, token.CHAR: varyingType, token.VARCHAR: preciseType,
	token.TIME: zonedType, token.TIMESTAMP: zonedType, token.TIMESTAMP_LTZ: preciseType,
}

type typeShape uint8

const (
	plainType   typeShape = iota // the word alone
	preciseType                  // (n)
	scaledType                   // (n, m)
	doubleType                   // [PRECISION]
	varyingType                  // [VARYING] (n)
	zonedType                    // (n) [WITH | WITHOUT … TIME ZONE]
)

// startsType reports whether a token of the kind can begin a type.
func (p *parser) startsType(k token.Kind) bool {
	if _, ok := typeWords[k]; ok && (k.Reserved(p.release) || p.isName(k)) {
		return true
	}
	switch k {
	case token.ARRAY, token.MULTISET, token.MAP, token.ROW, token.RAW, token.STRUCTURED:
		return true
	}
	return p.isName(k)
}

// dataType parses a type as CAST takes it: nullability only inside of other types.
func (p *parser) dataType() ast.TypeName {
	t := p.typeName()
	for p.k == token.ARRAY || p.k == token.MULTISET {
		t = p.postfix(t)
	}
	return t
}

// columnType parses a type as columns and fields have it: with nullability at every level.
func (p *parser) columnType() ast.TypeName {
	t := p.typeName()
	for {
		ahead := 0
		switch {
		case p.k == token.NULL:
			ahead = 1
		case p.k == token.NOT && p.peek(1) == token.NULL:
			ahead = 2
		}
		if k := p.peek(ahead); p.failed || k != token.ARRAY && k != token.MULTISET {
			break
		}
		p.nullability(t)
		t = p.postfix(t)
	}
	p.nullability(t)
	return t
}

// postfix makes type ARRAY or type MULTISET.
func (p *parser) postfix(element ast.TypeName) ast.TypeName {
	c := p.collectionTypes.put(ast.CollectionType{Kind: p.k, Element: element, Postfix: true})
	p.next()
	c.Loc = ast.Loc{Start: element.Place().Start, End: p.end()}
	return c
}

// nullability parses [NULL | NOT NULL] behind a type and stretches its place over it.
func (p *parser) nullability(t ast.TypeName) {
	var null ast.Nullability
	switch {
	case p.got(token.NULL):
		null = ast.Nullable
	case p.k == token.NOT:
		p.next()
		p.expect(token.NULL)
		null = ast.NotNull
	default:
		return
	}
	l := typeLoc(t)
	l.Null, l.End = null, p.end()
}

// typeLoc finds the part that all types share.
func typeLoc(t ast.TypeName) *ast.TypeLoc {
	switch t := t.(type) {
	case *ast.BasicType:
		return &t.TypeLoc
	case *ast.CollectionType:
		return &t.TypeLoc
	case *ast.MapType:
		return &t.TypeLoc
	case *ast.RowType:
		return &t.TypeLoc
	case *ast.StructuredType:
		return &t.TypeLoc
	case *ast.RawType:
		return &t.TypeLoc
	case *ast.NamedType:
		return &t.TypeLoc
	case *ast.BadType:
		return &t.TypeLoc
	default:
		return &ast.TypeLoc{}
	}
}

// typeName parses a type without what may stand behind it.
func (p *parser) typeName() ast.TypeName {
	if !p.enter() {
		return &ast.BadType{}
	}
	defer func() { p.depth-- }()
	start := p.start()
	at := ast.TypeLoc{}
	switch k := p.k; k {
	case token.ARRAY, token.MULTISET:
		if p.peek(1) != token.Lt {
			break
		}
		c := p.collectionTypes.put(ast.CollectionType{Kind: k})
		p.next()
		p.next()
		c.Element = p.typeName()
		p.nullability(c.Element)
		p.expect(token.Gt)
		c.Loc = p.from(start)
		return c
	case token.MAP:
		if p.peek(1) != token.Lt {
			break
		}
		m := p.mapTypes.alloc()
		p.next()
		p.next()
		m.Key = p.columnType()
		p.expect(token.Comma)
		m.Value = p.columnType()
		p.expect(token.Gt)
		m.Loc = p.from(start)
		return m
	case token.ROW:
		return p.rowType()
	case token.RAW:
		r := &ast.RawType{}
		p.next()
		p.expect(token.LParen)
		r.Class = p.stringText("the name of a class")
		p.expect(token.Comma)
		r.Serializer = p.stringText("a serializer")
		p.expect(token.RParen)
		r.Loc = p.from(start)
		return r
	case token.STRUCTURED:
		if p.peek(1) == token.Lt && (!p.isName(k) || p.peek(2).IsString()) {
			return p.structuredType()
		}
	default:
		if _, ok := typeWords[k]; ok && !p.isName(k) {
			return p.basicType()
		}
	}
	if p.k == token.GEOMETRY {
		p.failRule(unsupported, p.tok(), "Flink has no type GEOMETRY", "")
	}
	if p.isName(p.k) {
		n := &ast.NamedType{TypeLoc: at, Name: p.name("")}
		n.Loc = n.Name.Loc
		return n
	}
	p.unexpected("a data type such as STRING, BIGINT or TIMESTAMP(3)")
	return &ast.BadType{TypeLoc: at}
}

func (p *parser) basicType() ast.TypeName {
	b := p.basics.alloc()
	start := p.start()
	b.Kind = p.k
	p.next()
	shape := typeWords[b.Kind]
	switch shape {
	case plainType:
		b.Loc = p.from(start)
		return b
	case doubleType:
		b.Precise = p.got(token.PRECISION)
	case varyingType:
		b.Varying = p.got(token.VARYING)
	}
	if shape != doubleType && p.k == token.LParen {
		p.next()
		b.Precision = p.digits()
		if shape == scaledType && p.got(token.Comma) {
			b.Scale = p.digits()
		}
		p.expect(token.RParen)
	}
	switch {
	case shape == zonedType:
		b.Zone = p.timeZone()
	case p.k == token.CHARACTER && (b.Kind == token.CHAR || b.Kind == token.CHARACTER || b.Kind == token.VARCHAR):
		p.next()
		p.expect(token.SET)
		id := p.ident("a character set")
		b.Charset = &id
	}
	b.Loc = p.from(start)
	return b
}

// timeZone parses WITHOUT TIME ZONE | WITH LOCAL TIME ZONE.
func (p *parser) timeZone() ast.Zone {
	switch {
	case p.k == token.WITHOUT && p.peek(1) == token.TIME && p.peek(2) == token.ZONE:
		p.next()
		p.next()
		p.next()
		return ast.WithoutZone
	case p.got(token.WITH):
		p.expect(token.LOCAL)
		p.expect(token.TIME)
		p.expect(token.ZONE)
		return ast.WithLocalZone
	}
	return ast.NoZone
}

// rowType parses ROW<…>, ROW(…) and the empty ROW<>.
func (p *parser) rowType() ast.TypeName {
	r := p.rowTypes.alloc()
	start := p.start()
	p.next()
	switch {
	case p.got(token.Ne): // <>
	case p.got(token.Lt):
		r.Fields = p.fieldList(token.Gt)
		p.expect(token.Gt)
	case p.got(token.LParen):
		r.Parens = true
		r.Fields = p.fieldList(token.RParen)
		p.expect(token.RParen)
	default:
		p.unexpected("< or ( behind ROW")
	}
	r.Loc = p.from(start)
	return r
}

func (p *parser) fieldList(end token.Kind) []ast.RowField {
	if p.k == end {
		return nil
	}
	mark := p.rowFields.mark()
	p.rowFields.push(p.rowField())
	for p.got(token.Comma) {
		p.rowFields.push(p.rowField())
	}
	return p.rowFields.keep(mark)
}

func (p *parser) rowField() (f ast.RowField) {
	start := p.start()
	f.Name = p.simpleName("a field name")
	f.Type = p.columnType()
	if p.k == token.String {
		t := p.quotedText("")
		f.Comment = p.soleTexts.put(t)
	}
	f.Loc = p.from(start)
	return f
}

// structuredType parses STRUCTURED<'class', name type, …>.
func (p *parser) structuredType() ast.TypeName {
	s := &ast.StructuredType{}
	start := p.start()
	p.need(token.V2_1, p.loc(), "STRUCTURED")
	p.next()
	p.next()
	s.Class = p.stringText("the name of a class")
	if p.got(token.Comma) {
		s.Fields = p.fieldList(token.Gt)
	}
	p.expect(token.Gt)
	s.Loc = p.from(start)
	return s
}
