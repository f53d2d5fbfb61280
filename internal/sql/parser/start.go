package parser

import "github.com/autostream/autostream/internal/sql/token"

// This file knows what can begin an expression, one or two tokens deep: Flink's parser decides with such lookahead
// whether an operator or comma is taken at all, and that is where its errors stand.

// need2 says what must follow a word that begins an expression.
type need2 uint8

const (
	never     need2 = iota // the word begins no expression, unless it is a name
	always                 // whatever follows
	parens                 // (
	brackets               // ( or [
	literal                // a string; ( too since 2.0
	operand                // another expression
	interval               // what may follow INTERVAL
	valueWord              // VALUE
)

// begins says for words and symbols what they need behind them to begin an expression.
var begins = func() (m [token.NumKinds]need2) {
	set := func(n need2, kinds ...token.Kind) {
		for _, k := range kinds {
			m[k] = n
		}
	}
	set(always, token.Integer, token.Decimal, token.Approximate, token.String, token.PrefixedString, token.UnicodeString, token.CString,
		token.BinaryString, token.Question, token.TRUE, token.FALSE, token.UNKNOWN, token.NULL, token.LBraceDate, token.LBraceTime,
		token.LBraceTimestamp, token.LBraceFn, token.NEW, token.CURSOR, token.SPECIFIC, token.RUNNING,
		token.CURRENT_CATALOG, token.CURRENT_DATE, token.CURRENT_DEFAULT_TRANSFORM_GROUP, token.CURRENT_PATH, token.CURRENT_ROLE,
		token.CURRENT_SCHEMA, token.CURRENT_TIME, token.CURRENT_TIMESTAMP, token.CURRENT_USER, token.LOCALTIME, token.LOCALTIMESTAMP,
		token.SESSION_USER, token.SYSTEM_USER, token.USER)
	set(operand, token.Plus, token.Minus, token.NOT, token.EXISTS, token.UNIQUE, token.LParen, token.CASE)
	set(parens, token.CAST, token.EXTRACT, token.POSITION, token.CONVERT, token.TRANSLATE, token.OVERLAY, token.FLOOR, token.CEIL,
		token.SUBSTRING, token.TRIM, token.CLASSIFIER, token.MATCH_NUMBER, token.PREV, token.JSON_EXISTS, token.JSON_VALUE, token.JSON_QUERY,
		token.JSON_OBJECT, token.JSON_OBJECTAGG, token.JSON_ARRAY, token.JSON_ARRAYAGG, token.PERIOD, token.ROW, token.TRY_CAST,
		token.SAFE_CAST, token.CONTAINS_SUBSTR, token.DATE_TRUNC, token.DATETIME_TRUNC, token.TIMESTAMP_TRUNC, token.TIME_TRUNC,
		token.TIMESTAMP_DIFF, token.TIME_DIFF)
	set(parens, token.ABS, token.AVG, token.CARDINALITY, token.CEILING, token.CHAR, token.CHAR_LENGTH, token.CHARACTER_LENGTH,
		token.COALESCE, token.COLLECT, token.COVAR_POP, token.COVAR_SAMP, token.CUME_DIST, token.COUNT, token.DENSE_RANK, token.ELEMENT,
		token.EVERY, token.EXP, token.FIRST_VALUE, token.FUSION, token.INTERSECTION, token.GROUPING, token.HOUR, token.LAG, token.LEAD,
		token.LEFT, token.LAST_VALUE, token.LN, token.LOWER, token.MAX, token.MIN, token.MINUTE, token.MOD, token.MONTH, token.NTH_VALUE,
		token.NTILE, token.NULLIF, token.OCTET_LENGTH, token.PERCENT_RANK, token.PERCENTILE_CONT, token.PERCENTILE_DISC, token.POWER,
		token.RANK, token.REGR_COUNT, token.REGR_SXX, token.REGR_SYY, token.RIGHT, token.ROW_NUMBER, token.SECOND, token.SOME, token.SQRT,
		token.STDDEV_POP, token.STDDEV_SAMP, token.SUM, token.UPPER, token.TRUNCATE, token.VAR_POP, token.VAR_SAMP, token.YEAR)
	set(brackets, token.ARRAY, token.MULTISET)
	set(literal, token.DATE, token.TIME, token.TIMESTAMP, token.DATETIME)
	set(interval, token.INTERVAL)
	set(valueWord, token.CURRENT)
	set(always, token.NEXT) // NEXT VALUE FOR, NEXT(
	return m
}()

// startsExpr reports whether a token of the kind can begin an expression.
func (p *parser) startsExpr(k token.Kind) bool { return begins[k] != never || p.isName(k) }

// startsExpr2 reports whether tokens i and i+1 can begin an expression.
func (p *parser) startsExpr2(i int) bool {
	k, then := p.toks[i].Kind, p.toks[i+1].Kind
	if p.isName(k) {
		return true
	}
	switch begins[k] {
	case always:
		return true
	case parens:
		return then == token.LParen
	case brackets:
		return then == token.LParen || then == token.LBracket
	case literal:
		return then == token.String || then == token.Variable || then == token.LParen && p.release >= token.V2_0 || k == token.TIMESTAMP && then == token.WITH
	case operand:
		return p.startsExpr(then) || k == token.LParen && p.startsQuery(then) || k == token.CASE && then == token.WHEN
	case interval:
		return then == token.Plus || then == token.Minus || then == token.LParen || then.IsString() || then.IsNumber() || p.isName(then)
	case valueWord:
		return then == token.VALUE
	default:
		return false
	}
}

// startsQuery reports whether the kind begins a query that is not in parentheses.
func (p *parser) startsQuery(k token.Kind) bool {
	return k == token.SELECT || k == token.WITH || k == token.VALUES || k == token.TABLE || k == token.VALUE
}

// isFunctionWord reports whether a reserved word is the name of a function with ordinary arguments.
func isFunctionWord(k token.Kind) bool { return functionWords[k] }

var functionWords = func() (m [token.NumKinds]bool) {
	for _, k := range []token.Kind{
		token.ABS, token.AVG, token.CARDINALITY, token.CEILING, token.CHAR, token.CHAR_LENGTH, token.CHARACTER_LENGTH,
		token.COALESCE, token.COLLECT, token.COVAR_POP, token.COVAR_SAMP, token.CUME_DIST, token.COUNT, token.CURRENT_DATE,
		token.CURRENT_TIME, token.CURRENT_TIMESTAMP, token.DENSE_RANK, token.ELEMENT, token.EVERY, token.EXP, token.FIRST_VALUE,
		token.FLOOR, token.FUSION, token.INTERSECTION, token.GROUPING, token.HOUR, token.LAG, token.LEAD, token.LEFT, token.LAST_VALUE,
		token.LN, token.LOCALTIME, token.LOCALTIMESTAMP, token.LOWER, token.MAX, token.MIN, token.MINUTE, token.MOD, token.MONTH,
		token.NTH_VALUE, token.NTILE, token.NULLIF, token.OCTET_LENGTH, token.PERCENT_RANK, token.PERCENTILE_CONT,
		token.PERCENTILE_DISC, token.POWER, token.RANK, token.REGR_COUNT, token.REGR_SXX, token.REGR_SYY, token.RIGHT,
		token.ROW_NUMBER, token.SECOND, token.SOME, token.SQRT, token.STDDEV_POP, token.STDDEV_SAMP, token.SUM, token.UPPER,
		token.TRUNCATE, token.USER, token.VAR_POP, token.VAR_SAMP, token.YEAR,
	} {
		m[k] = true
	}
	return m
}()
